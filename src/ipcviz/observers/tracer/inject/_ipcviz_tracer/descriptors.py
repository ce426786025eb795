"""How descriptors of FIFOs and pipes come and go by the functions of os, and of fcntl."""

from __future__ import annotations

import os
import posix

from . import calls, sites
from .layout import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

_fstat, _stat = posix.fstat, posix.stat
_FORMAT, _FIFO = 0o170000, 0o010000
_DUPLICATE = 0, 1030
"""F_DUPFD and F_DUPFD_CLOEXEC of fcntl(2), as on every architecture."""


def pipe_of(descriptor: Any) -> os.stat_result | None:
    """The status of a descriptor if it is a FIFO or pipe."""
    if not isinstance(descriptor, int):  # to ask one would run code of the program
        return None
    try:
        status = _fstat(int(descriptor))
    except (OSError, OverflowError):
        return None
    return status if status.st_mode & _FORMAT == _FIFO else None


def fifo_at(path: Any, dir_fd: int | None = None) -> os.stat_result | None:
    """The status of a path (or of a descriptor) if it is a FIFO or pipe."""
    try:
        status = _stat(path, dir_fd=dir_fd) if dir_fd is not None else _stat(path)
    except (OSError, TypeError, ValueError, OverflowError):
        return None
    return status if status.st_mode & _FORMAT == _FIFO else None


def begin_opening(start: FrameType, path: Any, flags: int, status: os.stat_result) -> calls.Call:
    """An open of a FIFO begins, and is told, since it can wait for long."""
    contents = b"%d %s" % (flags, os.fsencode(os.fspath(path)))
    call = calls.begin(Kind.OPEN, start, -1, status.st_ino, status.st_dev, contents)
    call.tell()
    return call


def _begin_open(
    start: FrameType, /, path: Any, flags: int, mode: int = 0, *, dir_fd: int | None = None
) -> calls.Call | None:
    status = None if isinstance(path, int) else fifo_at(path, dir_fd)
    return None if status is None else begin_opening(start, path, flags, status)


def _gave(call: calls.Call | None, descriptor: int, *args: Any) -> None:
    """A descriptor that leads elsewhere now than it did."""
    sites.forget(descriptor)
    if call is not None:
        call.ended(descriptor)


make_open = calls.hooking(_begin_open, _gave)


def begin_closing(start: FrameType, /, fd: int) -> calls.Call | None:
    """A descriptor is about to be closed; None if it is of no pipe."""
    status = pipe_of(fd)
    if status is None:
        return None
    sites.forget(fd)
    return calls.begin(Kind.CLOSE, start, fd, status.st_ino, status.st_dev)


def _closed(call: calls.Call | None, *args: Any) -> None:
    if call is not None:
        call.ended(0)


make_close = calls.hooking(begin_closing, _closed)


class _Pipe(calls.Call):
    """A call that makes a pipe: which one, turns out when it has returned."""

    __slots__ = ("_start",)

    def __init__(self, start: FrameType, /, flags: int = 0) -> None:
        here, _ = sites.find(Kind.PIPE, start)
        super().__init__(sites.define(Kind.PIPE, here, -1, 0, 0))
        self._start = here

    def made(self, ends: tuple[int, int]) -> None:
        """These are its ends."""
        status = _fstat(ends[0])
        self._site = sites.define(Kind.PIPE, self._start, -1, status.st_ino, status.st_dev)
        self.ended(0, b"%d %d" % ends)


def _made_pipe(call: _Pipe | None, ends: tuple[int, int], *args: Any) -> None:
    for end in ends:
        sites.forget(end)
    if call is not None:
        call.made(ends)


make_pipe = calls.hooking(_Pipe, _made_pipe)


def _begin_duplicating(
    start: FrameType, /, fd: int, *args: Any, **options: Any
) -> calls.Call | None:
    status = pipe_of(fd)
    if status is None:
        return None
    return calls.begin(Kind.DUP, start, fd, status.st_ino, status.st_dev)


make_duplicate = calls.hooking(_begin_duplicating, _gave)


def _begin_fcntl(start: FrameType, /, fd: int, command: int, arg: Any = 0) -> calls.Call | None:
    return _begin_duplicating(start, fd) if command in _DUPLICATE else None


def _did_fcntl(call: calls.Call | None, answer: Any, fd: int, command: int, *args: Any) -> None:
    if command in _DUPLICATE:
        _gave(call, answer)


make_fcntl = calls.hooking(_begin_fcntl, _did_fcntl)


def _closed_range(call: None, answer: None, low: int, high: int) -> None:
    """Its closes are not recorded one by one."""
    sites.forget_range(low, high)


make_closerange = calls.hooking(calls.begin_nothing, _closed_range)
