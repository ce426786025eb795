"""What the layers over a FIFO or pipe have accepted and not yet written, told as it changes.

The text layer holds text until a flush or until it has enough, then hands all of it down to the
buffered layer, which holds that until a flush or until it is full. Bytes are counted when one of
the layers accepts them from the program, and taken off when they are written.
"""

from __future__ import annotations

import _io
import codecs
from itertools import starmap

from . import deferral, sites
from .disguise import Disguised
from .layout import Kind
from .tracebacks import attempt, cut, sealed_method

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

_PLAIN = {"utf-8", "ascii", "iso8859-1"}
"""Encodings in which ASCII takes a byte a character, whatever went before."""
_WITHOUT_MARK = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
"""What the text layer writes to a file that cannot seek."""

PIPE_BUF = 4096
"""So many bytes are written at once or not at all (pipe(7)). Of more, a part may be: then C lets
handlers run before it writes on, and so do we (deferral.py)."""

_buffered_write = _io.BufferedWriter.write
_init = _io.TextIOWrapper.__init__
_text_write, _reconfigure = _io.TextIOWrapper.write, _io.TextIOWrapper.reconfigure


class Held:
    """The bytes that the layers of one file hold: in the text layer, in all, where it is told."""

    __slots__ = ("all", "handing", "index", "text", "what", "words")

    def __init__(self, here: FrameType, descriptor: int, inode: int, device: int) -> None:
        name, line = here.f_code.co_filename, here.f_lineno or 0
        self.what = Kind.BUFFER, name, line, descriptor, inode, device
        self.all = self.text = 0
        self.handing = False
        self.place()
        _files[id(self)] = self

    def place(self) -> None:
        """Find out where to tell."""
        self.words, self.index = sites.held(sites.define_at(*self.what))
        self.words[self.index] = self.all

    def change(self, size: int) -> None:
        """So many bytes have come, or have gone."""
        self.all = now = max(0, self.all + size)
        self.words[self.index] = now

    def end(self) -> None:
        """The file is closed."""
        self.text = 0
        self.change(-self.all)
        _files.pop(id(self), None)


class _Untold(Held):
    """Stands in for a file that the program makes by itself of our classes."""

    __slots__ = ()

    def __init__(self) -> None:
        self.handing = False
        self.all = self.text = self.index = 0
        self.words = memoryview(bytearray(8)).cast("Q")


_untold = _Untold()
_files: dict[int, Held] = {}


def begin_anew() -> None:
    """A forked process holds copies of the bytes, and may write them too."""
    for held in list(_files.values()):
        held.place()


class BufferedWriter(_io.BufferedWriter, metaclass=Disguised, module="_io"):  # type: ignore[call-arg, metaclass]
    __slots__ = ("_held",)
    _held: Held

    def __new__(cls, *args: Any, **options: Any) -> Any:
        self = super().__new__(cls)
        self._held = _untold
        return self

    def write(self, data: Any, /) -> int:
        held = self._held
        size = 0
        try:
            size = len(data) if type(data) is bytes else attempt(_size_of, data) or 0
            if held.handing or size == held.text:
                held.text -= size
            else:
                held.change(size)
            if held.all <= PIPE_BUF:
                return _buffered_write(self, data)
            real = starmap(_buffered_write, ((self, data),))
            done: list[int] = []
            done += real
            return done[0]
        except BlockingIOError as error:
            held.change(error.characters_written - size)
            cut(error)
            raise
        except BaseException as error:
            held.change(-size)
            cut(error)
            raise


def _size_of(data: Any) -> int:
    return memoryview(data).nbytes


class TextIOWrapper(_io.TextIOWrapper, metaclass=Disguised, module="_io"):  # type: ignore[call-arg, metaclass]
    __slots__ = ("_encode", "_held", "_newline")
    _encode: Any
    _held: Held
    _newline: str | None

    def __new__(cls, *args: Any, **options: Any) -> Any:
        self = super().__new__(cls)
        self._held, self._encode, self._newline = _untold, None, None
        return self

    def __init__(self, *args: Any, **options: Any) -> None:
        try:
            _init(self, *args, **options)
        except BaseException as error:
            cut(error)
            raise
        attempt(self._follow, *args, **options)

    def _follow(self, buffer: Any, *args: Any, **options: Any) -> None:
        if type(buffer) is BufferedWriter:
            self._held = buffer._held
            self._prepare(args[2] if len(args) > 2 else options.get("newline"))

    def write(self, text: str, /) -> int:
        held = self._held
        size = 0
        try:
            if self._encode is None and type(text) is str and text.isascii():
                size = len(text)
            else:
                size = attempt(self._size, text) or 0
            held.text += size
            held.all = now = held.all + size
            held.words[held.index] = now
            held.handing = True
            if now <= PIPE_BUF:
                return _text_write(self, text)
            real = starmap(_text_write, ((self, text),))
            done: list[int] = []
            done += real
            return done[0]
        except BaseException as error:
            cut(error)
            if isinstance(error, (TypeError, UnicodeError)):  # not accepted
                held.text -= size
                held.change(-size)
            raise
        finally:
            held.handing = False

    def reconfigure(self, **options: Any) -> None:
        try:
            _reconfigure(self, **options)
            attempt(self._prepare, options.get("newline", self._newline))
        except BaseException as error:
            cut(error)
            raise

    def _prepare(self, newline: str | None) -> None:
        """Learn how long texts will be in bytes."""
        self._newline = newline
        name = codecs.lookup(self.encoding).name
        name = _WITHOUT_MARK.get(name, name)
        self._encode = None
        if name not in _PLAIN or newline == "\r\n":
            self._encode = codecs.getincrementalencoder(name)(self.errors or "strict").encode

    def _size(self, text: str) -> int:
        if self._newline == "\r\n":
            text = text.replace("\n", "\r\n")
        try:
            if self._encode is None:
                return len(text.encode(self.encoding, self.errors or "strict"))
            return len(self._encode(text))
        except UnicodeError:  # as the real one will say
            return 0


for _class in BufferedWriter, TextIOWrapper:
    deferral.protect(_class.write, before=True)
BufferedWriter.write = sealed_method(BufferedWriter.write)  # type: ignore[method-assign]
TextIOWrapper.__init__ = sealed_method(TextIOWrapper.__init__)  # type: ignore[method-assign]
TextIOWrapper.write = sealed_method(TextIOWrapper.write)  # type: ignore[method-assign]
TextIOWrapper.reconfigure = sealed_method(TextIOWrapper.reconfigure)  # type: ignore[method-assign]
