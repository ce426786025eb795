"""Files that the program opens over FIFOs and pipes: our FileIO under the ordinary layers.

Hooks are methods of subclasses, not attributes of objects: those would be cycles, and whoever
waits for the end of file would wait for the garbage collector.
"""

from __future__ import annotations

import _io
import time
from itertools import starmap

from . import calls, deferral, rings, sites
from .blame import call_as_if_from
from .descriptors import begin_closing
from .disguise import Disguised
from .layout import CALL_BEGAN, CALL_SITE, INLINE, SLOT, Kind
from .places import caller, frame, nowhere
from .tracebacks import DEPTH, attempt, cut, is_own, sealed_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_READ, _WRITE = Kind.READ, Kind.WRITE
_EAGAIN = 11
_PLAIN = bytes, memoryview
_now, _pack = time.monotonic, SLOT.pack_into
_Real = _io.FileIO
_fileno, _init, _close, _read = _Real.fileno, _Real.__init__, _Real.close, _Real.read
_readinto, _write = _Real.readinto, _Real.write


def _make_readinto() -> Callable[..., Any]:
    cached: Any = None, None

    def readinto(self: Any, buffer: Any, /) -> Any:
        nonlocal cached
        slot: Any = None
        size = None
        try:
            try:
                here = frame(DEPTH)
            except ValueError:
                here = nowhere
            code, lines = cached
            if here.f_code is not code:
                direct, (here, lines) = here, sites.find(_READ, here)
                if here is direct:
                    cached = here.f_code, lines
            try:
                site = lines[here.f_lasti][self._number]
            except KeyError:
                site = sites.of_descriptor(_READ, here, lines, self._number)
            ring = rings.main if rings.alone else rings.current()
            began = _now()
            try:
                number, offset = slot = ring.take() if site else (0, 0)
            except StopIteration:
                number, offset = slot = ring.more()
            ring.words[CALL_SITE] = site
            ring.times[CALL_BEGAN] = began
            real = starmap(_readinto, ((self, buffer),))
            done: list[int | None] = []
            done += real
            size = done[0]
            if size is None:
                ring.record(slot, began, -1, site, _EAGAIN)
            elif number and size <= INLINE and type(buffer) is memoryview:
                _pack(
                    ring.memory,
                    offset,
                    began,
                    _now(),
                    size,
                    site,
                    0,
                    buffer[:size].tobytes(),
                    0,
                    number,
                )
            else:
                ring.record(slot, began, size, site, 0, buffer, size)
            return size
        except BaseException as error:
            errno = cut(error)
            if size is not None:
                attempt(ring.record, slot, began, size, site, 0, buffer, size)
                if is_own(error):
                    return size
            elif slot is not None:
                attempt(ring.record, slot, began, -1, site, errno)
            raise

    return readinto


def _make_write() -> Callable[..., Any]:
    cached: Any = None, None

    def write(self: Any, data: Any, /) -> Any:
        nonlocal cached
        slot: Any = None
        size = None
        try:
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
                site = lines[here.f_lasti][self._number]
            except KeyError:
                site = sites.of_descriptor(_WRITE, here, lines, self._number)
            ring = rings.main if rings.alone else rings.current()
            began = _now()
            try:
                number, offset = slot = ring.take() if site else (0, 0)
            except StopIteration:
                number, offset = slot = ring.more()
            ring.words[CALL_SITE] = site
            ring.times[CALL_BEGAN] = began
            real = starmap(_write, ((self, data),))
            done: list[int | None] = []
            done += real
            size = done[0]
            if size is None:
                ring.record(slot, began, -1, site, _EAGAIN)
                return None
            if number and size <= INLINE and type(data) in _PLAIN:
                start = data if type(data) is bytes else data[:size].tobytes()
                _pack(ring.memory, offset, began, _now(), size, site, 0, start, 0, number)
            else:
                ring.record(slot, began, size, site, 0, data, size)
            held = self._held
            if held is not None and type(data) is memoryview:  # so the buffered layer gives it
                held.all = left = held.all - size if held.all > size else 0
                held.words[held.index] = left
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


class FileIO(_Real, metaclass=Disguised, module="_io"):  # type: ignore[call-arg, metaclass]
    __slots__ = ("_held", "_number")
    _held: Any
    _number: int
    _finalizing: bool
    """Set by C when it is closed because nobody refers to it any more."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._held = None
        self._number = -1
        try:
            _init(self, *args, **options)
            self._number = _fileno(self)
        except BaseException as error:
            cut(error)
            raise

    readinto = _make_readinto()
    write = _make_write()

    def read(self, size: Any = -1, /) -> Any:
        try:
            if size is None or (isinstance(size, int) and size < 0):
                return self._read_all()
            return self._read_once(size, caller(DEPTH))
        except BaseException as error:
            cut(error)
            raise

    def readall(self) -> Any:
        try:
            return self._read_all()
        except BaseException as error:
            cut(error)
            raise

    def _read_all(self) -> Any:
        pieces: list[bytes] = []
        while True:
            data = self._read_once(65536, caller(DEPTH + 1))
            if not data:
                return b"".join(pieces) if pieces or data is not None else None
            pieces.append(data)

    def _read_once(self, size: int, start: Any) -> Any:
        here, lines = sites.find(_READ, start)
        site = lines.get(here.f_lasti, {}).get(self._number)
        if site is None:
            site = sites.of_descriptor(_READ, here, lines, self._number)
        call = calls.Call(site)
        try:
            real = starmap(_read, ((self, size),))
            done: list[bytes | None] = []
            done += real
        except BaseException as error:
            attempt(call.failed, cut(error))
            raise
        data = done[0]
        if data is None:
            attempt(call.failed, _EAGAIN)
        else:
            attempt(call.ended, len(data), data, len(data))
        return data

    def close(self) -> None:
        call = None
        try:
            start = caller(DEPTH)
            if not self.closed:
                call = attempt(self._begin_closing, start)
            if self._finalizing:  # it may warn
                call_as_if_from(start, _close, (self,), {})
            else:
                _close(self)
            if call is not None:
                attempt(call.ended, 0)
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                attempt(call.failed, errno)
            raise

    def _begin_closing(self, start: Any) -> Any:
        """The call of close, if the file closes its descriptor."""
        if self._held is not None:
            self._held.end()
        return begin_closing(start, self._number) if self.closefd else None


for _name, _before in ("readinto", False), ("read", False), ("write", True), ("close", True):
    deferral.protect(FileIO.__dict__[_name], _before)
for _name in "__init__", "readinto", "read", "readall", "write", "close":
    setattr(FileIO, _name, sealed_method(FileIO.__dict__[_name]))
