"""The ring of a thread: records of its calls, in memory that ipcviz reads.

A handler or the end of an object can interrupt any line here and record calls of its own. So
whatever is handed out (slots, room for contents) is taken by one call into C.
"""

from __future__ import annotations

import _thread
import io
import posix
import time
from itertools import count, cycle, islice

from . import memory, sites
from .layout import (
    CONTENTS_READ,
    CONTENTS_SIZE,
    DATA_AT_MOST,
    HEADER_SIZE,
    INLINE,
    MAGIC,
    NUMBER_OF_SLOTS,
    PID,
    SLOT,
    SLOT_SIZE,
    SLOTS_READ,
    TID,
    UNFINISHED,
)
from .tracebacks import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

SLOTS, PART = 16384, 512
"""Slots of a ring, and how many are handed out without a look at what the reader has read."""
CONTENTS, PIECE = 1 << 22, 1 << 16
"""Bytes of contents in a ring, and how many are allocated at once."""

_getpid, _now, _pack = posix.getpid, time.monotonic, SLOT.pack_into
_AREA = HEADER_SIZE + SLOTS * SLOT_SIZE


class Ring:
    """One thread's ring; only that thread writes to it. Raises OSError when it cannot be made."""

    __slots__ = ("_contents_end", "_cursor", "_end", "_pairs", "memory", "take", "times", "words")

    def __init__(self) -> None:
        pid, tid = _getpid(), _thread.get_native_id()
        path = f"{sites.directory}/{pid}.{tid}.{time.monotonic_ns():x}.ring"
        self.memory: Any = memory.make(path, _AREA + CONTENTS, HEADER_SIZE)
        view = memoryview(self.memory)
        words = self.words = view.cast("Q")
        self.times = view.cast("d")
        self._pairs = zip(count(1), cycle(range(HEADER_SIZE, _AREA, SLOT_SIZE)))
        self._end = 0
        self._contents_end = 0
        self._cursor = io.BytesIO().seek
        self.take: Callable[[], tuple[int, int]] = iter(()).__next__
        words[PID], words[TID] = pid, tid
        words[NUMBER_OF_SLOTS], words[CONTENTS_SIZE] = SLOTS, CONTENTS
        words[0] = MAGIC
        memory.publish(path)

    def more(self) -> tuple[int, int]:
        """The next slot when a part is used up: its number and offset; (0, 0): there is none."""
        # What an interruption takes meanwhile is known at the next part only: hence two parts.
        if self._end + 2 * PART > SLOTS + self.words[SLOTS_READ]:
            return 0, 0
        if self._end < SLOTS:
            try:
                memory.populate(
                    self.memory, HEADER_SIZE + self._end * SLOT_SIZE, 2 * PART * SLOT_SIZE
                )
            except OSError:
                return 0, 0
        pair = next(self._pairs)
        self._end = pair[0] + PART - 1
        self.take = islice(self._pairs, PART - 1).__next__
        return pair

    def record(
        self,
        slot: tuple[int, int],
        began: float,
        result: int,
        site: int,
        errno: int,
        contents: object = b"",
        moved: int = 0,
    ) -> None:
        """Write a record whose contents may be long, or count it if there was no slot for it.

        `moved`: how many bytes of the contents the call has read or written, 0 for other calls.
        """
        ended = _now()
        number, offset = slot if slot[0] or not site else self._again()
        if not number:
            if result != UNFINISHED:
                sites.lost(site, moved)
            return
        where = 0
        if type(contents) is not bytes:
            contents = attempt(head, contents) or b""
        if moved > INLINE:
            where = self._keep(contents[: min(moved, DATA_AT_MOST)])
        _pack(self.memory, offset, began, ended, result, site, errno, contents, where, number)

    def _again(self) -> tuple[int, int]:
        """A slot after all, for a call that got none when it began."""
        try:
            return self.take()
        except StopIteration:
            return self.more()

    def _keep(self, contents: bytes) -> int:
        """Put contents beside the slots and give 1 + their position; 0 if there is no room."""
        size = len(contents)
        need = self._cursor(0, 1) + size + DATA_AT_MOST
        if need > CONTENTS + self.words[CONTENTS_READ]:
            return 0
        try:
            while self._contents_end < min(need, CONTENTS):
                memory.populate(self.memory, _AREA + self._contents_end, PIECE)
                self._contents_end += PIECE
        except OSError:
            return 0
        at = CONTENTS
        while at + size > CONTENTS:  # not around the end
            start = self._cursor(size, 1) - size
            at = start % CONTENTS
        self.memory[_AREA + at : _AREA + at + size] = contents
        return start + 1


def head(contents: object) -> bytes:
    """The first bytes that an object with a buffer holds."""
    view = memoryview(contents)  # type: ignore[arg-type]
    try:
        return view.cast("B")[:DATA_AT_MOST].tobytes()
    except TypeError:  # elements of a kind that cannot be cast
        return view.tobytes()[:DATA_AT_MOST]


class _Blind(Ring):
    """Stands in where a ring cannot be made: calls are counted, and not recorded."""

    __slots__ = ("reason",)

    def __init__(self, reason: Exception) -> None:
        self.reason = reason
        self.memory = bytearray(HEADER_SIZE)
        view = memoryview(self.memory)
        self.words, self.times = view.cast("Q"), view.cast("d")
        self._end = SLOTS
        self.take = iter(()).__next__


class _Local(_thread._local):
    """The ring of the thread that asks, made when it asks first."""

    def __init__(self) -> None:
        try:
            self.ring = Ring()
        except Exception as error:
            self.ring = _Blind(error)


main: Ring
"""The ring of the first thread, or of the one that forked."""
alone = True
"""Whether there is no other thread, so that `main` is the ring of whoever asks."""
_local: _Local


def begin_anew() -> None:
    """Make a ring for this thread, the only one: at the start, and in a forked process.

    Raises what hinders it; calls are counted then.
    """
    global _local, alone, main
    _local = _Local()
    main, alone = _local.ring, True
    if isinstance(main, _Blind):
        raise main.reason


def current() -> Ring:
    """The ring of this thread."""
    return _local.ring


def not_alone() -> None:
    """Another thread is about to start."""
    global alone
    alone = False
