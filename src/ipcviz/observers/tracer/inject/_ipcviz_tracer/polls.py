"""Waits for descriptors: select, poll and epoll, where one of them is a FIFO or pipe."""

from __future__ import annotations

import _io

from . import calls
from .descriptors import pipe_of
from .disguise import Disguised
from .layout import Kind
from .places import caller
from .tracebacks import DEPTH, cut, sealed_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable

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


def _begin(descriptors: Iterable[int], start: Any) -> calls.Call | None:
    """The call begins, if it is about a pipe."""
    for descriptor in descriptors:
        status = pipe_of(descriptor)
        if status is not None:
            return calls.begin(Kind.POLL, start, -1, status.st_ino, status.st_dev)
    return None


def _run(real: Any, args: Any, options: Any, descriptors: list[int], start: Any) -> Any:
    """The real call, recorded."""
    del descriptors[MOST:]
    call = _begin(descriptors, start)
    if call is None:
        return real(*args, **options)
    text = b" ".join(b"%d" % descriptor for descriptor in descriptors)
    try:
        ready = real(*args, **options)
    except BaseException as error:
        call.failed(cut(error), text)
        raise
    call.ended(sum(map(len, ready)) if isinstance(ready, tuple) else len(ready), text)
    return ready


def make_select(real: Any) -> Callable[..., Any]:
    """A hook for select.select."""

    def select(self: object, *args: Any, **options: Any) -> Any:
        try:
            files = [
                file for group in args[:3] if isinstance(group, (list, tuple)) for file in group
            ]
            numbers = [number for number in map(_number, files[:MOST]) if number >= 0]
            return _run(real, args, options, numbers, caller(DEPTH))
        except BaseException as error:
            cut(error)
            raise

    return select


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
            self._descriptors[_number(args[0] if args else options.get("fd"))] = None
        except BaseException as error:
            cut(error)
            raise

    def unregister(self, *args: Any, **options: Any) -> None:
        try:
            self._real.unregister(*args, **options)
            self._descriptors.pop(_number(args[0] if args else options.get("fd")), None)
        except BaseException as error:
            cut(error)
            raise

    def poll(self, *args: Any, **options: Any) -> Any:
        try:
            known = [number for number in self._descriptors if number >= 0]
            return _run(self._real.poll, args, options, known, caller(DEPTH))
        except BaseException as error:
            cut(error)
            raise


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
            self = cls.__new__(cls)
            self._wrap(real.fromfd(*args, **options))
            return self

        @property
        def closed(self) -> bool:
            closed: bool = self._real.closed
            return closed

        def __enter__(self) -> Any:
            self._real.__enter__()
            return self

        def __exit__(self, *args: Any) -> None:
            self._real.__exit__(*args)

    epoll.__doc__ = real.__doc__
    epoll.__init__ = sealed_method(epoll.__init__)  # type: ignore[method-assign]
    return epoll


for _method in "register", "unregister", "poll":
    setattr(_Set, _method, sealed_method(_Set.__dict__[_method]))
