"""How many bytes are queued in a pipe, and how many it has room for."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import termios
from collections.abc import Iterable

from msgspec import Struct

from ipcviz.events import Holder
from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.native import Key

_BY_HARM = ("write", "read-write", "read")
"""A duplicate of a write end only delays an end of file; one of a read end could let a write
succeed that nobody will read."""


class Content(Struct, frozen=True):
    """Bytes, both: FIONREAD and F_GETPIPE_SZ (pipe(7))."""

    queued: int
    capacity: int


class Gauge(Struct, frozen=True):
    """Asks one pipe through a descriptor of a process that holds an end of it."""

    key: Key
    pidfd: int
    fd: int

    def read(self) -> Content | None:
        """What is in the pipe; null where the descriptor cannot be asked, or is another by now."""
        try:
            copy = native.duplicate(self.pidfd, self.fd)
        except OSError:
            return None
        try:
            capacity = fcntl.fcntl(copy, fcntl.F_GETPIPE_SZ)
            if os.fstat(copy).st_ino != self.key[1]:
                return None
            return Content(_queued(copy), capacity)
        except OSError:
            return None
        finally:
            os.close(copy)

    def still_queued(self, content: Content) -> bool:
        """Whether as many bytes are in the pipe as when it was read. The process that holds the
        descriptor must not have run since, so that it is the same; strangers fill a FIFO, too."""
        try:
            copy = native.duplicate(self.pidfd, self.fd)
        except OSError:
            return False
        try:
            return _queued(copy) == content.queued
        except OSError:
            return False
        finally:
            os.close(copy)


def has_reader(pidfd: int, fd: int) -> bool:
    """Whether anybody at all has the pipe open for reading that this descriptor of a process can
    write to: a write end is in error when nobody does (poll(2), POLLERR). True where that cannot
    be asked."""
    try:
        copy = native.duplicate(pidfd, fd)
    except OSError:
        return True
    try:
        poll = select.poll()
        poll.register(copy, 0)
        return not any(events & select.POLLERR for _, events in poll.poll(0))
    finally:
        os.close(copy)


def _queued(descriptor: int) -> int:
    (count,) = struct.unpack("i", fcntl.ioctl(descriptor, termios.FIONREAD, b"\0\0\0\0"))
    return int(count)


def least_harmful(holders: Iterable[Holder]) -> list[Holder]:
    """The holders in the order in which their descriptors are best duplicated for a moment."""
    return sorted(holders, key=lambda holder: _BY_HARM.index(holder.mode))
