"""Reads the ring of one thread: its records, and what its header says of the call it is in."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from pathlib import Path

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.shared import SharedFile, Unreadable

Record = tuple[float, float, int, int, int, bytes, int, int]
"""begun, ended, result, site, errno, contents, where the rest of them is, number (layout.SLOT).
Once read, the contents are all that is kept of them."""

AHEAD, AT_ONCE = 32, 1024
"""Slots that are looked at together: at first, and while records are found. A number that is
missing holds up those behind it only if so many miss in a row."""
_SIZES = struct.Struct("<2Q")
_TIME = struct.Struct("<d")
_SLOT_WORDS = layout.SLOT_SIZE // 8
_FIRST_NUMBER = layout.HEADER_SIZE // 8 + _SLOT_WORDS - 1
_FARTHEST = 1 << 62


class Ring:
    """A thread's records. Raises Unreadable where the file is no ring."""

    def __init__(self, path: Path) -> None:
        self._file = SharedFile(path, layout.HEADER_SIZE, writable=True)
        self._slots: int
        self._contents_size: int
        self._slots, self._contents_size = _SIZES.unpack_from(
            self._file.bytes, layout.NUMBER_OF_SLOTS * 8
        )
        self._contents = layout.HEADER_SIZE + self._slots * layout.SLOT_SIZE
        fits = self._contents + self._contents_size <= len(self._file.bytes)
        if self._file.words[0] != layout.MAGIC or not self._slots or not fits:
            self._file.close()
            raise Unreadable(path)
        self._numbers = self._file.words[_FIRST_NUMBER : self._contents // 8 : _SLOT_WORDS]
        self.behind = False
        """Whether the last drain has left records that were there."""
        self._next = 1
        self._missing: set[int] = set()
        self._contents_read = 0

    def call(self) -> tuple[int, float]:
        """The site of the call that the thread is in or was in last, 0 for none yet, and when it
        began. Raises Unreadable where the file was cut short."""
        self._file.check()
        (began,) = _TIME.unpack_from(self._file.bytes, layout.CALL_BEGAN * 8)
        return self._file.words[layout.CALL_SITE], began

    def drain(self, most: int) -> list[Record]:
        """The records that were not read before, in the order in which they were written: about
        `most`, and the others stay where they are. To be asked after `call`."""
        records = [*self._came_late()] if self._missing else []
        most = min(most, self._slots + 1)  # whatever it goes on to write
        size = AHEAD
        while len(records) < most and (found := self._read(size)):
            records += found
            size = max(AHEAD, min(AT_ONCE, most - len(records)))
        stands: int = self._numbers[self._at(self._next)]
        self.behind = len(records) >= most and stands == self._next
        if records:
            records = [self._completed(record) if record[6] else record for record in records]
            records.sort(key=_written)
            self._acknowledge()
        return records

    def close(self) -> None:
        """Let go of the file."""
        self._numbers.release()
        self._file.close()

    def _read(self, most: int) -> list[Record]:
        """The records in the next slots, at most those up to the end of the lap."""
        first = self._at(self._next)
        numbers = self._numbers[first : first + most].tolist()
        wanted = range(self._next, self._next + len(numbers))
        there = [number == expected for number, expected in zip(numbers, wanted, strict=True)]
        if True not in there:
            return []
        del there[len(there) - there[::-1].index(True) :]
        begin = layout.HEADER_SIZE + first * layout.SLOT_SIZE
        slots = self._file.bytes[begin : begin + len(there) * layout.SLOT_SIZE]
        self._next += len(there)
        if False not in there:
            return list(layout.SLOT.iter_unpack(slots))
        read = []
        for number, is_there, record in zip(
            wanted, there, layout.SLOT.iter_unpack(slots), strict=False
        ):
            if is_there:
                read.append(record)
            else:
                self._missing.add(number)
        return read

    def _came_late(self) -> Iterator[Record]:
        """Records whose numbers were missing: of calls during which a handler ran."""
        for number in sorted(self._missing):
            slot = self._at(number)
            stands = self._numbers[slot]
            if stands >= number:
                self._missing.discard(number)
            if stands == number:
                at = layout.HEADER_SIZE + slot * layout.SLOT_SIZE
                yield layout.SLOT.unpack_from(self._file.bytes, at)

    def _at(self, number: int) -> int:
        """The slot of the record with this number."""
        return (number - 1) % self._slots

    def _completed(self, record: Record) -> Record:
        """The record with all of its contents, if they are where it says."""
        position, size = record[6] - 1, min(record[2], layout.DATA_AT_MOST)
        start = position % self._contents_size if self._contents_size else 0
        if size < 0 or start + size > self._contents_size or position > _FARTHEST:
            return record
        self._contents_read = max(self._contents_read, position + size)
        begin = self._contents + start
        return (*record[:5], self._file.bytes[begin : begin + size], 0, record[7])

    def _acknowledge(self) -> None:
        """Tell the thread which slots and contents it may use again. A number that misses for
        half a lap is not waited for: after an exception in an unlucky place it never comes."""
        newest = self._next - 1
        self._missing = {one for one in self._missing if one > newest - self._slots}
        waited_for = [one for one in self._missing if one > newest - self._slots // 2]
        self._file.words[layout.SLOTS_READ] = min(waited_for, default=self._next) - 1
        self._file.words[layout.CONTENTS_READ] = self._contents_read


def _written(record: Record) -> float:
    """When a record was written, about."""
    at = record[0] if record[2] == layout.UNFINISHED else record[1]
    return at if math.isfinite(at) else 0.0
