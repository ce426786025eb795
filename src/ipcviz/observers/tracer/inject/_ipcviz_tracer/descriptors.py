"""How descriptors of FIFOs and pipes come and go by the functions of os."""

from __future__ import annotations

import os
import posix

from . import calls, sites
from .layout import Kind
from .places import caller
from .tracebacks import DEPTH, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

_fstat, _stat = posix.fstat, posix.stat
_FORMAT, _FIFO = 0o170000, 0o010000


def pipe_of(descriptor: Any) -> os.stat_result | None:
    """The status of a descriptor if it is a FIFO or pipe."""
    try:
        status = _fstat(descriptor)
    except (OSError, TypeError, ValueError, OverflowError):
        return None
    return status if status.st_mode & _FORMAT == _FIFO else None


def fifo_at(path: Any, dir_fd: int | None = None) -> os.stat_result | None:
    """The status of a path (or of a descriptor) if it is a FIFO or pipe."""
    try:
        status = _stat(path, dir_fd=dir_fd) if dir_fd is not None else _stat(path)
    except (OSError, TypeError, ValueError, OverflowError):
        return None
    return status if status.st_mode & _FORMAT == _FIFO else None


def begin_opening(
    start: FrameType, path: Any, flags: int, status: os.stat_result
) -> tuple[calls.Call, bytes]:
    """An open of a FIFO begins, and is told, since it can wait for long; with its contents."""
    call = calls.begin(Kind.OPEN, start, -1, status.st_ino, status.st_dev)
    contents = b"%d %s" % (flags, os.fsencode(path))
    call.tell(contents)
    return call, contents


def make_open(real: Any) -> Callable[..., Any]:
    """A hook for os.open."""

    def wanted(path: Any, flags: int, mode: int = 0, *, dir_fd: int | None = None) -> Any:
        return path, flags, fifo_at(path, dir_fd)

    def open(self: object, *args: Any, **options: Any) -> Any:
        call = None
        try:
            try:
                path, flags, status = wanted(*args, **options)
            except TypeError:  # as the real one will say
                status = None
            if status is not None:
                call, contents = begin_opening(caller(DEPTH), path, flags, status)
            descriptor = real(*args, **options)
            sites.forget(descriptor)
            if call is not None:
                call.ended(descriptor, contents)
            return descriptor
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                call.failed(errno, contents)
            raise

    return open


def make_close(real: Any) -> Callable[..., Any]:
    """A hook for os.close."""

    def close(self: object, *args: Any, **options: Any) -> Any:
        call = None
        try:
            descriptor: Any = args[0] if args else options.get("fd")
            status = pipe_of(descriptor)
            if status is not None:
                call = calls.begin(
                    Kind.CLOSE, caller(DEPTH), descriptor, status.st_ino, status.st_dev
                )
                sites.forget(descriptor)
            real(*args, **options)
            if call is not None:
                call.ended(0)
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                call.failed(errno)
            raise

    return close


def make_closerange(real: Any) -> Callable[..., Any]:
    """A hook for os.closerange; its closes are not recorded one by one."""

    def closerange(self: object, *args: Any, **options: Any) -> Any:
        try:
            real(*args, **options)
            sites.forget_range(*args)
        except BaseException as error:
            cut(error)
            raise

    return closerange


def make_pipe(real: Any) -> Callable[..., Any]:
    """A hook for os.pipe and os.pipe2."""

    def pipe(self: object, *args: Any, **options: Any) -> Any:
        call = None
        try:
            start = caller(DEPTH)
            call = calls.begin(Kind.PIPE, start)
            ends = real(*args, **options)
            for end in ends:
                sites.forget(end)
            status = _fstat(ends[0])
            call.of(Kind.PIPE, start, -1, status.st_ino, status.st_dev)
            call.ended(0, b"%d %d" % ends)
            return ends
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                call.failed(errno)
            raise

    return pipe


def make_duplicate(real: Any) -> Callable[..., Any]:
    """A hook for os.dup and os.dup2."""

    def dup(self: object, *args: Any, **options: Any) -> Any:
        call = None
        try:
            descriptor: Any = args[0] if args else options.get("fd")
            status = pipe_of(descriptor)
            if status is not None:
                call = calls.begin(
                    Kind.DUP, caller(DEPTH), descriptor, status.st_ino, status.st_dev
                )
            new = real(*args, **options)
            sites.forget(new)
            if call is not None:
                call.ended(new)
            return new
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                call.failed(errno)
            raise

    return dup
