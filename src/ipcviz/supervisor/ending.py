"""Ends processes that may not want to end."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable

PATIENCE = 0.3
"""Seconds from SIGTERM to SIGKILL."""
DEADLINE = 5.0
"""Seconds after which those that are left are given up: a killed process that does not end
sleeps in the kernel, uninterruptibly, or belongs to another user."""
LOOK_AGAIN = 0.01


async def end(remaining: Callable[[], list[int]], send: Callable[[int, int], None]) -> list[int]:
    """End every process that `remaining` gives until it gives none, as they may fork meanwhile.

    Each gets SIGTERM, with SIGCONT for one that is stopped, and SIGKILL if it is still there
    after PATIENCE. Gives those that do not end within DEADLINE.
    """
    began = time.monotonic()
    told: dict[int, int] = {}
    while left := remaining():
        elapsed = time.monotonic() - began
        if elapsed > DEADLINE:
            return left
        signum = signal.SIGTERM if elapsed < PATIENCE else signal.SIGKILL
        fresh = [pid for pid in left if told.get(pid) != signum]
        for pid in fresh:
            send(pid, signum)
            if signum == signal.SIGTERM:
                send(pid, signal.SIGCONT)
        # A pid that is gone may come back as another process's.
        told = dict.fromkeys(left, signum)
        await asyncio.sleep(0 if fresh else LOOK_AGAIN)
    return []
