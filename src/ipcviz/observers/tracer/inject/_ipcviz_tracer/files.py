"""Files that the program opens over FIFOs and pipes: our FileIO under the ordinary layers.

Hooks are methods of subclasses, not attributes of objects: those would be cycles, and whoever
waits for the end of file would wait for the garbage collector.
"""

from __future__ import annotations

import _io
import time

from . import calls, rings, sites
from .descriptors import pipe_of
from .disguise import Disguised
from .layout import CALL_BEGAN, CALL_SITE, INLINE, SLOT, Kind
from .places import caller, frame, nowhere
from .tracebacks import DEPTH, cut, sealed_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

_READ, _WRITE = Kind.READ, Kind.WRITE
_EAGAIN = 11
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
            if not site:
                return _readinto(self, buffer)
            ring = rings.main if rings.alone else rings.current()
            began = _now()
            try:
                number, offset = slot = ring.take()
            except StopIteration:
                number, offset = slot = ring.more()
            ring.words[CALL_SITE] = site
            ring.times[CALL_BEGAN] = began
            size = _readinto(self, buffer)
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
                ring.record(slot, began, size, site, 0, memoryview(buffer).cast("B")[:size], size)
            return size
        except BaseException as error:
            errno = cut(error)
            if size is not None:
                ring.record(slot, began, size, site, 0, memoryview(buffer).cast("B")[:size], size)
            elif slot is not None:
                ring.record(slot, began, -1, site, errno)
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
            if not site:
                return _write(self, data)
            ring = rings.main if rings.alone else rings.current()
            began = _now()
            try:
                number, offset = slot = ring.take()
            except StopIteration:
                number, offset = slot = ring.more()
            ring.words[CALL_SITE] = site
            ring.times[CALL_BEGAN] = began
            size = _write(self, data)
            if size is None:
                ring.record(slot, began, -1, site, _EAGAIN)
                return None
            if number and size <= INLINE:
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
                ring.record(slot, began, size, site, 0, data, size)
            elif slot is not None:
                # Only of an error of the system is it sure that these are bytes.
                ring.record(slot, began, -1, site, errno, data if errno > 0 else b"")
            raise

    return write


class FileIO(_Real, metaclass=Disguised, module="_io"):  # type: ignore[call-arg, metaclass]
    __slots__ = ("_held", "_number")
    _held: Any
    _number: int

    def __init__(self, *args: Any) -> None:
        self._held = None
        self._number = -1
        _init(self, *args)
        self._number = _fileno(self)

    readinto = sealed_method(_make_readinto())
    write = sealed_method(_make_write())

    def read(self, size: Any = -1, /) -> Any:
        try:
            if size is None or size < 0:
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
        if not site:
            return _read(self, size)
        call = calls.Call(site)
        try:
            data = _read(self, size)
        except BaseException as error:
            call.failed(cut(error))
            raise
        if data is None:
            call.failed(_EAGAIN)
        else:
            call.ended(len(data), data, len(data))
        return data

    def close(self) -> None:
        call = None
        try:
            if not self.closed:
                call = self._begin_closing(caller(DEPTH))
            _close(self)
            if call is not None:
                call.ended(0)
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                call.failed(errno)
            raise

    def _begin_closing(self, start: Any) -> Any:
        """The call of close, if the file closes its descriptor."""
        if self._held is not None:
            self._held.end()
        status = pipe_of(self._number) if self.closefd else None
        if status is None:
            return None
        sites.forget(self._number)
        return calls.begin(Kind.CLOSE, start, self._number, status.st_ino, status.st_dev)


for _name in "read", "readall", "close":
    setattr(FileIO, _name, sealed_method(FileIO.__dict__[_name]))
