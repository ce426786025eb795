"""open(): for a FIFO or pipe the same layers over our FileIO, for all else the real one."""

from __future__ import annotations

import _io
import os
import posix
import sys

from . import sites
from .buffers import BufferedWriter, Held, TextIOWrapper
from .descriptors import begin_opening, fifo_at
from .files import FileIO
from .places import caller, own
from .tracebacks import DEPTH, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

_fstat = posix.fstat
_FLAGS = {
    "r": posix.O_RDONLY,
    "w": posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC,
    "a": posix.O_WRONLY | posix.O_CREAT | posix.O_APPEND,
    "x": posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL,
}
"""What the first letter of a mode asks of open(2)."""
_MOST_BUFFER = 8 << 20


class _Request:
    """The arguments of open()."""

    def __init__(
        self,
        file: Any,
        mode: Any = "r",
        buffering: Any = -1,
        encoding: Any = None,
        errors: Any = None,
        newline: Any = None,
        closefd: Any = True,
        opener: Any = None,
    ) -> None:
        self.file, self.mode, self.buffering = file, mode, buffering
        self.encoding, self.errors, self.newline = encoding, errors, newline
        self.closefd, self.opener = closefd, opener

    def prepare(self) -> Any:
        """The status of the FIFO or pipe; None if it is none or the real open() would refuse."""
        mode = self.mode
        if not isinstance(mode, str) or not isinstance(self.buffering, int):
            return None
        self.binary = "b" in mode
        self.raw_mode = mode.replace("b", "", 1).replace("t", "", 1)
        text_only = self.encoding, self.errors, self.newline
        if (
            self.raw_mode not in ("r", "w", "a", "x", "r+", "w+", "a+", "x+")
            or (self.binary and ("t" in mode or text_only != (None, None, None)))
            or (self.buffering == 0 and not self.binary)
        ):
            return None
        return fifo_at(self.file)

    def flags(self) -> int:
        """What is asked of open(2)."""
        flags = _FLAGS[self.raw_mode[0]] | posix.O_CLOEXEC
        return flags & ~posix.O_WRONLY | posix.O_RDWR if "+" in self.raw_mode else flags

    def make(self, start: FrameType) -> Any:
        """Open it, as the real open() does after it has checked its arguments."""
        name = self.file if isinstance(self.file, int) else os.fspath(self.file)
        result: Any
        raw = result = FileIO(name, self.raw_mode, self.closefd, self.opener)
        try:
            sites.forget(raw.fileno())
            self._warn()
            if self.buffering == 0:
                return raw
            result = buffered = self._buffer(raw, start)
            if self.binary:
                return buffered
            wrapper: Any = TextIOWrapper if raw._held else _io.TextIOWrapper
            result = file = wrapper(
                buffered, self.encoding, self.errors, self.newline, self.buffering == 1
            )
            if raw._held:
                file._held = raw._held
                file.prepare(self.newline)
            file.mode = self.mode
            return file
        except BaseException:
            result.close()
            raise

    def _buffer(self, raw: FileIO, start: FrameType) -> Any:
        size = self.buffering if self.buffering > 1 else buffer_size(raw)
        if "+" in self.raw_mode:
            return _io.BufferedRandom(raw, size)
        if "r" in self.raw_mode:
            return _io.BufferedReader(raw, size)
        return hold(raw, size, own(start))

    def _warn(self) -> None:
        """Warn as the real open() would, of the line that called it."""
        if self.binary and self.buffering == 1:
            what = (
                "line buffering (buffering=1) isn't supported in binary mode, "
                "the default buffer size will be used"
            )
            _warn(what, RuntimeWarning)
        asked = getattr(sys.flags, "warn_default_encoding", False)
        if asked and not self.binary and self.encoding is None:
            self.encoding = "locale"
            _warn("'encoding' argument not specified", EncodingWarning)  # noqa: F821


def _warn(what: str, category: type) -> None:
    import _warnings

    # _warn, _Request._warn, _Request.make, the hook and what is around it
    _warnings.warn(what, category, 4 + DEPTH)


def buffer_size(raw: Any) -> int:
    """How large a buffer open() gives a file if it is not told."""
    size: int = raw._blksize
    if sys.version_info >= (3, 14):
        return max(min(size, _MOST_BUFFER), _io.DEFAULT_BUFFER_SIZE)
    return size


def hold(raw: FileIO, size: int, here: FrameType) -> BufferedWriter:
    """A buffer over a file, whose bytes are told."""
    buffered = BufferedWriter(raw, size)
    number = raw.fileno()
    status = _fstat(number)
    buffered._held = raw._held = Held(here, number, status.st_ino, status.st_dev)
    return buffered


def make_open(real: Any) -> Callable[..., Any]:
    """A hook for io.open."""

    def open(self: object, *args: Any, **options: Any) -> Any:
        call = None
        try:
            try:
                request = _Request(*args, **options)
                status = request.prepare()
            except TypeError:  # as the real one will say
                status = None
            if status is None:
                file = real(*args, **options)
                sites.forget(file.fileno())
                return file
            start = caller(DEPTH)
            if not isinstance(request.file, int) and request.opener is None:
                call, contents = begin_opening(start, request.file, request.flags(), status)
            file = request.make(start)
            if call is not None:
                call.ended(file.fileno(), contents)
            return file
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                call.failed(errno, contents)
            raise

    return open
