"""Reads and writes by the functions of os: read, write, readv, writev.

The bodies here and in files.py are the hot path, a microsecond and a half each, and all have one
shape: the site, a slot, the call under way, the real call, the record. They are written out
because a function call is a tenth of that.
"""

from __future__ import annotations

import time

from . import calls, rings, sites
from .layout import CALL_BEGAN, CALL_SITE, DATA_AT_MOST, INLINE, SLOT, Kind
from .places import frame, nowhere
from .rings import head
from .tracebacks import DEPTH, attempt, cut, is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

_READ, _WRITE = Kind.READ, Kind.WRITE
_now, _pack = time.monotonic, SLOT.pack_into
_MISSING = object()


def _given(*args: Any) -> list[Any]:
    """The arguments that were given, for the real function to refuse."""
    return [one for one in args if one is not _MISSING]


def make_read(real: Any) -> Callable[..., Any]:
    """A hook for os.read."""
    cached: Any = None, None

    def read(
        self: object, fd: Any = _MISSING, length: Any = _MISSING, /, *rest: Any, **options: Any
    ) -> Any:
        nonlocal cached
        slot: Any = None
        data = None
        try:
            if length is _MISSING or rest or options:
                return real(*_given(fd, length, *rest), **options)
            try:
                here = frame(DEPTH)
            except ValueError:
                here = nowhere
            code, lines = cached  # one name: two could be of different calls
            if here.f_code is not code:
                direct, (here, lines) = here, sites.find(_READ, here)
                if here is direct:
                    cached = here.f_code, lines
            try:
                site = lines[here.f_lasti][fd]
            except (KeyError, TypeError):
                site = sites.of_descriptor(_READ, here, lines, fd)
            if not site:
                return real(fd, length)
            ring = rings.main if rings.alone else rings.current()
            began = _now()
            try:
                number, offset = slot = ring.take()
            except StopIteration:
                number, offset = slot = ring.more()
            ring.words[CALL_SITE] = site
            ring.times[CALL_BEGAN] = began
            data = real(fd, length)
            size = len(data)
            if number and size <= INLINE:
                _pack(ring.memory, offset, began, _now(), size, site, 0, data, 0, number)
            else:
                ring.record(slot, began, size, site, 0, data, size)
            return data
        except BaseException as error:
            errno = cut(error)
            if data is not None:  # it had succeeded
                attempt(ring.record, slot, began, len(data), site, 0, data, len(data))
                if is_own(error):
                    return data
            elif slot is not None:
                attempt(ring.record, slot, began, -1, site, errno)
            raise

    return read


def make_write(real: Any) -> Callable[..., Any]:
    """A hook for os.write."""
    cached: Any = None, None

    def write(
        self: object, fd: Any = _MISSING, data: Any = _MISSING, /, *rest: Any, **options: Any
    ) -> Any:
        nonlocal cached
        slot: Any = None
        size = None
        try:
            if data is _MISSING or rest or options:
                return real(*_given(fd, data, *rest), **options)
            try:
                here = frame(DEPTH)
            except ValueError:
                here = nowhere
            code, lines = cached
            if here.f_code is not code:
                direct, (here, lines) = here, sites.find(_WRITE, here)
                if here is direct:
                    cached = here.f_code, lines
            try:
                site = lines[here.f_lasti][fd]
            except (KeyError, TypeError):
                site = sites.of_descriptor(_WRITE, here, lines, fd)
            if not site:
                return real(fd, data)
            ring = rings.main if rings.alone else rings.current()
            began = _now()
            try:
                number, offset = slot = ring.take()
            except StopIteration:
                number, offset = slot = ring.more()
            ring.words[CALL_SITE] = site
            ring.times[CALL_BEGAN] = began
            size = real(fd, data)
            if number and size <= INLINE and type(data) is bytes:
                _pack(ring.memory, offset, began, _now(), size, site, 0, data, 0, number)
            else:
                ring.record(slot, began, size, site, 0, data, size)
            return size
        except BaseException as error:
            errno = cut(error)
            if size is not None:
                attempt(ring.record, slot, began, size, site, 0, data, size)
                if is_own(error):
                    return size
            elif slot is not None:
                # Only of an error of the system is it sure that these are bytes.
                attempt(ring.record, slot, began, -1, site, errno, data if errno > 0 else b"")
            raise

    return write


def _joined(buffers: Any, size: int) -> bytes:
    """The first bytes in a sequence of buffers."""
    pieces = []
    for buffer in buffers:
        if size <= 0:
            break
        pieces.append(head(buffer)[:size])
        size -= memoryview(buffer).nbytes
    return b"".join(pieces)[:DATA_AT_MOST]


def _hooking(kind: int) -> Callable[[Any], Callable[..., Any]]:
    """What makes hooks for a call with a sequence of buffers."""

    def begin(start: FrameType, /, fd: int, buffers: Any) -> calls.Call | None:
        here, lines = sites.find(kind, start)
        site = sites.of_descriptor(kind, here, lines, fd)
        return calls.Call(site) if site else None

    def end(call: calls.Call | None, size: int, fd: int, buffers: Any) -> None:
        if call is not None:
            call.ended(size, attempt(_joined, buffers, size) or b"", size)

    return calls.hooking(begin, end)


make_readv = _hooking(_READ)
make_writev = _hooking(_WRITE)
