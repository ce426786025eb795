"""The rows of the timeline: one for each thing worth telling, in order of time."""

from __future__ import annotations

from bisect import bisect_left

from msgspec import Struct, structs

from ipcviz.events import Finding
from ipcviz.model.channel.message import Message, SignalFlight
from ipcviz.model.timeline.lifelines import BLINK

KEPT = 50_000
"""Rows that are kept; the oldest go first."""
_CHUNK = KEPT // 10
"""So many go at once."""
_NEAR = 8
_DEEDS = ("end", "fill", "drain")


class Row(Struct, frozen=True, gc=False):
    """Something worth telling.

    role: at whose lifeline it stands.
    kind: `start` of a process; `block`, `go on`: a wait and its release; `end`: an end of a pipe
        was opened or closed; `message`: one was written, and read if that was soon; `read`: one
        that had lain in its pipe was read; `lost`: one went unread; `fill`, `drain`: a pipe holds
        more, or less; `signal`, `stop`, `exit`, `note`; `dropped`: what could not be recorded;
        `difference`: the kernel disagrees with what was told; `finding`: a rule has found
        something, and `over`: it is not true any more.
    mark: the state that the lifeline is in from here on (as lifelines.Segment), or "".
    by: the role from which an arrow leads here: who started, released or signalled it, or wrote
        the message; if known.
    to: the role at the other end, if any: for `message` who reads it, for `fill` and `drain` who
        reads the pipe.
    channel: the pipe that it is about, if any; of a wait on several, the first.
    detail: the right-hand column: a latency, a size, the name of an errno.
    message, signal, finding: what it is about, as it stood when this was told.
    roles: of a finding, at whose lifelines it is.
    """

    seq: int
    t: int
    role: str
    kind: str
    text: str
    mark: str = ""
    by: str | None = None
    to: str | None = None
    channel: str | None = None
    detail: str = ""
    message: Message | None = None
    signal: SignalFlight | None = None
    finding: Finding | None = None
    roles: tuple[str, ...] = ()


class Rows:
    """The rows that are kept, oldest first and in order of their seq, and how many earlier ones
    are not.

    Only among those younger than BLINK does one come in between or go, so that what is older can
    be printed. The rows themselves never change: one is replaced by another.
    """

    def __init__(self) -> None:
        self.kept: list[Row] = []
        self.dropped = 0
        self._latest = 0

    def add(self, row: Row) -> Row:
        """Put it where its time is, after all of the same time, and give it back as it is kept: a
        row that comes before others has the seq of the next. What comes later than BLINK stands
        at the end."""
        rows = self.kept
        if row.t >= self._latest:
            self._latest = row.t
            rows.append(row)
        else:
            row = self._add_late(row)
        if len(rows) > KEPT + _CHUNK:
            del rows[:_CHUNK]
            self.dropped += _CHUNK
        return row

    def add_before_deeds(self, row: Row) -> Row:
        """Add a release. Of one look: what the role opened, closed, wrote or took it did after it
        went on."""
        rows = self.kept
        place = index = len(rows)
        while index and rows[index - 1].t == row.t:
            index -= 1
            one = rows[index]
            if row.role in (one.role, one.to) and one.kind in _DEEDS:
                place = index
        if place == len(rows):
            return self.add(row)
        row = structs.replace(row, seq=rows[place].seq)
        rows.insert(place, row)
        return row

    def _add_late(self, row: Row) -> Row:
        rows = self.kept
        index = len(rows)
        if row.t >= self._latest - BLINK:
            while index and rows[index - 1].t > row.t:
                index -= 1
        if index < len(rows):
            row = structs.replace(row, seq=rows[index].seq)
        rows.insert(index, row)
        return row

    def replace(self, row: Row, by: Row) -> bool:
        """Put another in its place, if it is still kept."""
        index = self._index(row)
        if index is None:
            return False
        self.kept[index] = by
        return True

    def take_back(self, row: Row) -> None:
        """Forget a row that has turned out not to be worth telling."""
        index = self._index(row)
        if index is not None:
            del self.kept[index]

    def _index(self, row: Row) -> int | None:
        rows = self.kept
        for index in range(len(rows) - 1, max(-1, len(rows) - 1 - _NEAR), -1):
            if rows[index] is row:
                return index
        index = bisect_left(rows, row.seq, key=lambda one: one.seq)
        while index < len(rows) and rows[index].seq == row.seq:
            if rows[index] is row:
                return index
            index += 1
        return None
