"""Waiting for what a test expects, with a deadline instead of a sleep."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")


def wait_until(
    condition: Callable[[], Answer], what: str, deadline: float = 10.0, every: float = 0.01
) -> Answer:
    """Ask until the answer is true, and give it; fail with `what` after `deadline` seconds."""
    end = time.monotonic() + deadline
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline} s: {what}; last answer {answer!r}")
        time.sleep(every)
