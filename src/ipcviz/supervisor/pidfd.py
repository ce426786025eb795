"""Signals by pidfd, which never reach another process that got the same pid. pidfd_open(2)."""

from __future__ import annotations

import contextlib
import os
import select
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def opened(pid: int) -> Iterator[int]:
    """A pidfd of this process, for a while. Raises ProcessLookupError if there is none."""
    fd = os.pidfd_open(pid)
    try:
        yield fd
    finally:
        os.close(fd)


def has_ended(pidfd: int) -> bool:
    """Whether the process has ended, reaped or not."""
    poll = select.poll()
    poll.register(pidfd, select.POLLIN)
    return bool(poll.poll(0))


def send(pidfd: int, signum: int) -> None:
    """Send a signal. Raises ProcessLookupError if the process has ended, where the kernel would
    take a signal for one that is not reaped yet; PermissionError if it changed its user."""
    if has_ended(pidfd):
        raise ProcessLookupError("the process has ended")
    signal.pidfd_send_signal(pidfd, signum)
