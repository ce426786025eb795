"""Which line of the timeline shows what: its rows, and a line for each quiet gap between two."""

from __future__ import annotations

from ipcviz.model.rows import Row
from ipcviz.model.timeline import Timeline

GAP = 1_000_000_000
"""Nanoseconds without anything to tell, from which on a gap has a line of its own."""


class TimelineLines:
    """Follows a growing timeline: what it once read it does not read again."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._seen: list[Row] = []
        self._lines: list[int] = []
        """The number of a row; for a gap, the complement of the number of the row after it."""

    def __len__(self) -> int:
        return len(self._lines)

    def catch_up(self) -> None:
        """Take in the rows that are new, and forget those that were taken back."""
        rows = self._timeline.rows
        seen = self._seen
        while seen and (len(seen) > len(rows) or seen[-1] is not rows[len(seen) - 1]):
            self._forget_last()
        for index in range(len(seen), len(rows)):
            row = rows[index]
            if seen and row.t - seen[-1].t >= GAP:
                self._lines.append(~index)
            self._lines.append(index)
            seen.append(row)

    def at(self, line: int) -> Row | tuple[Row, Row]:
        """The row in this line; for a gap, the rows before and after it."""
        index = self._lines[line]
        return self._seen[index] if index >= 0 else (self._seen[~index - 1], self._seen[~index])

    def _forget_last(self) -> None:
        self._seen.pop()
        self._lines.pop()
        if self._lines and self._lines[-1] < 0:
            self._lines.pop()
