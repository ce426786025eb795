"""Which line of the timeline shows what: its rows, and a line for each quiet gap between two."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from ipcviz.model.timeline import Timeline
from ipcviz.model.timeline.row_filter import RowFilter, searched
from ipcviz.model.timeline.rows import Row

GAP = 1_000_000_000
"""Nanoseconds without anything to tell, from which on a gap has a line of its own."""


class TimelineLines:
    """Follows a timeline as it grows, replaces rows, or drops its oldest ones. What it once read
    it does not read again. With a filter, only the rows that match are shown."""

    def __init__(self, timeline: Timeline, filter: RowFilter | None = None) -> None:
        self.shown: list[Row] = []
        """The rows that have a line, oldest first."""
        self._timeline = timeline
        self._filter = filter or RowFilter()
        self._seen: list[Row] = []
        self._searched: list[str] = []
        """What the filter looks through, for as many of the rows seen as it was asked for."""
        self._lines: list[int] = []
        """The number of a row shown; for a gap, the complement of that of the row after it."""

    def __len__(self) -> int:
        return len(self._lines)

    def at(self, line: int) -> Row | tuple[Row, Row]:
        """The row in this line; for a gap, the rows before and after it."""
        number = self._lines[line]
        return self.shown[number] if number >= 0 else (self.shown[~number - 1], self.shown[~number])

    def line_of(self, seq: int) -> int:
        """The line of the last row shown whose seq is at most this; -1 before the first."""
        number = bisect_right(self.shown, seq, key=lambda row: row.seq) - 1
        return bisect_right(self._lines, number, key=lambda line: max(line, ~line)) - 1

    def filter_by(self, filter: RowFilter) -> None:
        """Show the rows that match, and no others."""
        self._filter = filter
        self._begin_anew()

    def catch_up(self) -> int:
        """Take in the rows that are new, and forget those that are gone. Answers how many lines
        went at the front: whoever remembers a line's number subtracts that."""
        rows = self._timeline.rows
        lost = self._drop(_dropped(self._seen, rows))
        kept = _alike(self._seen, rows)
        self._forget(kept)
        self._seen += rows[kept:]
        self._lay_out(kept)
        return lost

    def _lay_out(self, first: int) -> None:
        """Give lines to those of the rows seen, from `first` on, that match."""
        shown, lines = self.shown, self._lines
        for row in self._matching(first):
            if shown and row.t - shown[-1].t >= GAP:
                lines.append(~len(shown))
            lines.append(len(shown))
            shown.append(row)

    def _matching(self, first: int) -> Sequence[Row]:
        seen = self._seen
        if not self._filter:
            return seen[first:]
        self._searched += [searched(row) for row in seen[len(self._searched) :]]
        return [seen[number] for number in self._filter.matching(self._searched, first)]

    def _begin_anew(self) -> None:
        self.shown, self._lines = [], []
        self._lay_out(0)

    def _drop(self, count: int) -> int:
        """Forget the oldest rows; answers how many lines that takes."""
        if not count:
            return 0
        gone = 0
        for row in self._seen[:count]:
            gone += gone < len(self.shown) and self.shown[gone] is row
        lines = bisect_left(self._lines, gone, key=lambda number: max(number, ~number))
        del self._seen[:count], self._searched[:count]
        self._begin_anew()
        return lines

    def _forget(self, kept: int) -> None:
        """Forget the newest rows, all but so many."""
        for row in reversed(self._seen[kept:]):
            if self.shown and self.shown[-1] is row:
                self._forget_last()
        del self._seen[kept:], self._searched[kept:]

    def _forget_last(self) -> None:
        self.shown.pop()
        self._lines.pop()
        if self._lines and self._lines[-1] < 0:
            self._lines.pop()


def _dropped(seen: list[Row], rows: list[Row]) -> int:
    """How many of the rows seen are no longer at the front."""
    if not seen or (rows and rows[0] is seen[0]):
        return 0
    return next((at for at, row in enumerate(seen) if rows and row is rows[0]), len(seen))


def _alike(seen: list[Row], rows: list[Row]) -> int:
    """How many rows from the first on are the same. Lists of the same objects compare fast."""
    least, most = 0, min(len(seen), len(rows))
    if seen[:most] == rows[:most]:
        return most
    while least < most:
        middle = (least + most + 1) // 2
        if seen[least:middle] == rows[least:middle]:
            least = middle
        else:
            most = middle - 1
    return least
