"""open(): for a FIFO or pipe the same layers over our FileIO, for all else the real one."""

from __future__ import annotations

import _io
import os
import posix
import sys

from . import sites
from .blame import call_as_if_from
from .buffers import BufferedWriter, Held, TextIOWrapper
from .descriptors import begin_opening, fifo_at
from .files import FileIO
from .places import caller, own
from .tracebacks import DEPTH, attempt, cut

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
_MOST_INT = (1 << 31) - 1
_MOST_BUFFER = 8 << 20


class _Request:
    """The arguments of open(). `status`: of the FIFO or pipe; None: the real open() is to do it."""

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
        self.status = self._prepare()

    def _prepare(self) -> os.stat_result | None:
        mode = self.mode
        words = self.encoding, self.errors, self.newline
        if (
            not isinstance(mode, str)
            or isinstance(self.file, bool)
            or not isinstance(self.buffering, int)
            or abs(self.buffering) > _MOST_INT
            or any(not isinstance(word, (str, type(None))) for word in words)
        ):
            return None
        self.binary = "b" in mode
        self.raw_mode = mode.replace("b", "", 1).replace("t", "", 1)
        if (
            self.raw_mode not in ("r", "w", "a", "x", "r+", "w+", "a+", "x+")
            or (self.binary and ("t" in mode or words != (None, None, None)))
            or (self.buffering == 0 and not self.binary)
        ):
            return None
        if not isinstance(self.file, int):
            self.file = os.fspath(self.file)
        return fifo_at(self.file)

    def begin(self, start: FrameType) -> Any:
        """The call of open(2), if it makes one itself."""
        if isinstance(self.file, int) or self.opener is not None:
            return None
        flags = _FLAGS[self.raw_mode[0]] | posix.O_CLOEXEC
        if "+" in self.raw_mode:
            flags = flags & ~posix.O_WRONLY | posix.O_RDWR
        assert self.status is not None
        return begin_opening(start, self.file, flags, self.status)

    def make(self, start: FrameType) -> Any:
        """Open it, as the real open() does after it has checked its arguments."""
        result: Any
        self._warn_of_buffering()
        raw = result = FileIO(self.file, self.raw_mode, self.closefd, self.opener)
        try:
            sites.forget(raw.fileno())
            self._warn_of_encoding()
            if self.buffering == 0:
                return raw
            result = buffered = self._buffer(raw, start)
            if self.binary:
                return buffered
            wrapper: Any = TextIOWrapper if raw._held else _io.TextIOWrapper
            result = file = wrapper(
                buffered, self.encoding, self.errors, self.newline, self.buffering == 1
            )
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

    def _warn_of_buffering(self) -> None:
        if self.binary and self.buffering == 1:
            what = (
                "line buffering (buffering=1) isn't supported in binary mode, "
                "the default buffer size will be used"
            )
            _warn(what, RuntimeWarning)

    def _warn_of_encoding(self) -> None:
        if _warns_of_encoding and not self.binary and self.encoding is None:
            self.encoding = "locale"
            _warn("'encoding' argument not specified", EncodingWarning)  # noqa: F821


_warns_of_encoding = getattr(sys.flags, "warn_default_encoding", False)


def _warn(what: str, category: type) -> None:
    """Warn as the real open() would, of the line that called it."""
    import _warnings

    # _warn, what asks it to, _Request.make, the hook and what is around it
    _warnings.warn(what, category, 4 + DEPTH)


def buffer_size(raw: Any) -> int:
    """How large a buffer open() gives a file if it is not told."""
    size: int = raw._blksize
    if sys.version_info >= (3, 14):
        return max(min(size, _MOST_BUFFER), _io.DEFAULT_BUFFER_SIZE)
    return size


def hold(raw: FileIO, size: int, here: FrameType) -> BufferedWriter:
    """A buffer over a file, whose bytes are told."""
    buffered: BufferedWriter = BufferedWriter(raw, size)
    number = raw.fileno()
    status = _fstat(number)
    buffered._held = raw._held = Held(here, number, status.st_ino, status.st_dev)
    return buffered


def make_open(real: Any) -> Callable[..., Any]:
    """A hook for io.open."""

    def open(self: object, *args: Any, **options: Any) -> Any:
        call = None
        try:
            request = attempt(_Request, *args, **options)
            if request is None or request.status is None:
                if _warns_of_encoding or (args and type(args[0]) is bool):
                    file = call_as_if_from(caller(DEPTH), real, args, options)
                else:
                    file = real(*args, **options)
                attempt(_opened, file)
                return file
            start = caller(DEPTH)
            call = attempt(request.begin, start)
            file = request.make(start)
            if call is not None:
                attempt(call.ended, file.fileno())
            return file
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                attempt(call.failed, errno)
            raise

    return open


def _opened(file: Any) -> None:
    sites.forget(file.fileno())
