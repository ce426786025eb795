"""Waits for descriptors: select, poll and epoll, where one of them is a FIFO or pipe."""

from __future__ import annotations

import _io

from . import calls
from .descriptors import pipe_of
from .disguise import Disguised
from .layout import Kind
from .places import caller
from .tracebacks import DEPTH, attempt, cut, sealed_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

MOST = 64
"""Descriptors of one call that are looked at."""


def _number(file: Any) -> int:
    """The descriptor of what is given for one, without running code of the program; -1: none."""
    if isinstance(file, int):
        return file
    try:
        return file.fileno() if isinstance(file, _io._IOBase) else -1
    except (OSError, ValueError):
        return -1


def _begin(start: FrameType, descriptors: list[int]) -> calls.Call | None:
    """The call begins, if it is about a pipe."""
    descriptors = [one for one in descriptors if one >= 0][:MOST]
    for descriptor in descriptors:
        status = pipe_of(descriptor)
        if status is not None:
            told = b" ".join(b"%d" % one for one in descriptors)
            return calls.begin(Kind.POLL, start, -1, status.st_ino, status.st_dev, told)
    return None


def _ended(call: calls.Call | None, ready: Any, *args: Any) -> None:
    if call is not None:
        call.ended(sum(map(len, ready)) if isinstance(ready, tuple) else len(ready))


def _begin_select(
    start: FrameType, /, reading: Any, writing: Any, others: Any, timeout: Any = None
) -> calls.Call | None:
    groups = [one for one in (reading, writing, others) if isinstance(one, (list, tuple))]
    return _begin(start, [_number(file) for group in groups for file in group[:MOST]])


make_select = calls.hooking(_begin_select, _ended)


class _Set:
    """Descriptors to wait for: the methods of the real object, and which descriptors they are."""

    __slots__ = ("__weakref__", "_descriptors", "_real", "modify")

    def __init__(self, real: Any) -> None:
        self._real = real
        self._descriptors: dict[int, None] = {}
        self.modify = real.modify

    def register(self, *args: Any, **options: Any) -> None:
        try:
            self._real.register(*args, **options)
            attempt(self._add, *args, **options)
        except BaseException as error:
            cut(error)
            raise

    def unregister(self, *args: Any, **options: Any) -> None:
        try:
            self._real.unregister(*args, **options)
            attempt(self._remove, *args, **options)
        except BaseException as error:
            cut(error)
            raise

    def poll(self, *args: Any, **options: Any) -> Any:
        call = None
        try:
            call = attempt(_begin, caller(DEPTH), list(self._descriptors))
            ready = self._real.poll(*args, **options)
            attempt(_ended, call, ready)
            return ready
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                attempt(call.failed, errno)
            raise

    def _add(self, fd: Any, *args: Any, **options: Any) -> None:
        self._descriptors[_number(fd)] = None

    def _remove(self, fd: Any) -> None:
        self._descriptors.pop(_number(fd), None)


class poll(_Set, metaclass=Disguised, module="select"):
    __slots__ = ()


def make_poll(real: Any) -> Callable[..., Any]:
    """A hook for select.poll."""

    def make(self: object, *args: Any, **options: Any) -> Any:
        try:
            return poll(real(*args, **options))
        except BaseException as error:
            cut(error)
            raise

    return make


def make_epoll(real: Any) -> Any:
    """A class for select.epoll, which cannot be a subclass of it."""

    class epoll(_Set, metaclass=Disguised, module="select"):
        __slots__ = ("close", "fileno")

        def __init__(self, *args: Any, **options: Any) -> None:
            try:
                self._wrap(real(*args, **options))
            except BaseException as error:
                cut(error)
                raise

        def _wrap(self, wrapped: Any) -> None:
            _Set.__init__(self, wrapped)
            self.close, self.fileno = wrapped.close, wrapped.fileno

        @classmethod
        def fromfd(cls, *args: Any, **options: Any) -> Any:
            try:
                self = cls.__new__(cls)
                self._wrap(real.fromfd(*args, **options))
                return self
            except BaseException as error:
                cut(error)
                raise

        @property
        def closed(self) -> bool:
            closed: bool = self._real.closed
            return closed

        def __enter__(self) -> Any:
            try:
                self._real.__enter__()
                return self
            except BaseException as error:
                cut(error)
                raise

        def __exit__(self, *args: Any) -> None:
            self._real.__exit__(*args)

    epoll.__doc__ = real.__doc__
    epoll.__init__ = sealed_method(epoll.__init__)  # type: ignore[method-assign]
    epoll.__enter__ = sealed_method(epoll.__enter__)  # type: ignore[method-assign]
    return epoll


for _method in "register", "unregister", "poll":
    setattr(_Set, _method, sealed_method(_Set.__dict__[_method]))
