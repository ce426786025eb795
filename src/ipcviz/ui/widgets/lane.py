"""One lane of the picture over time: what a role does, or what lies in a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ipcviz.marks import mark
from ipcviz.model.timeline.levels import Level
from ipcviz.model.timeline.lifelines import Lifeline
from ipcviz.model.timeline.rows import Row
from ipcviz.text import bytes_text, clean
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.scale import Scale
from ipcviz.ui.stretches import Stretch, put_stretch, stretches
from ipcviz.ui.tones import ENDED, STATES, STUCK_STYLE, row_style

BARS, FULL = "▁▂▃▄▅▆", "█"
"""How much lies in a pipe: up to the most that ever did, or all that it can hold."""
DOWN, UP = "▾", "▴"
"""A message on its way to the lane of its reader, below or above."""
_LEAST_WORDS = 8
"""Cells below which words are rather left out than cut."""

Marked = Sequence[tuple[int, Row]]
"""Rows with the cells in which they stand, from left to right."""


class Lane(Protocol):
    """A lane, which begins at cell `x` of a line."""

    @property
    def name(self) -> str:
        """Whose it is."""

    @property
    def style(self) -> str:
        """The style of its name."""

    @property
    def note(self) -> str:
        """What stands over its name, where there is a line for words."""

    def words(self, cells: Cells, x: int) -> None:
        """Draw the line above it: what happened, in words."""

    def draw(self, cells: Cells, x: int, alone: bool) -> None:
        """Draw the lane; `alone`, where it has no line for words."""


@dataclass(frozen=True)
class RoleLane:
    """What a role does. `rows` are its starts, signals and ends, and what was found about it;
    `until_now`: the right edge is the present."""

    name: str
    lifeline: Lifeline
    rows: Marked
    scale: Scale
    until_now: bool
    style = "bold"
    note = ""

    def words(self, cells: Cells, x: int) -> None:
        """See Lane."""
        _put_words(cells, x, self.scale.width, self.rows)

    def draw(self, cells: Cells, x: int, alone: bool) -> None:
        """Its states, each labelled with its call where there is room, and marks on them."""
        for stretch in stretches(self.lifeline, self.scale):
            put_stretch(cells, x, stretch)
            _put_call(cells, x, stretch)
        for cell, state in self._changes():
            cells.put(x + cell, mark(state), STATES[state])
        for cell, row in self.rows:
            if row.kind == "signal":
                cells.put(x + cell, mark("signal"), row_style(row))
            elif row.finding is not None:
                cells.put(x + cell, mark(row.finding.severity), f"{row_style(row)} reverse")
        last = self.lifeline.last
        if self.until_now and last is not None and last.state not in ENDED:
            stuck = self.lifeline.is_stuck(self.scale.end)
            cells.put(
                x + self.scale.width, mark(last.state), STUCK_STYLE if stuck else STATES[last.state]
            )

    def _changes(self) -> Iterator[tuple[int, str]]:
        """The cells in which its process begins or ends, and the state whose mark tells that."""
        before = self.lifeline.at(self.scale.start - 1)
        for cell in range(self.scale.width):
            segment = self.lifeline.at(self.scale.begin(cell + 1) - 1)
            if segment is before or segment is None:
                continue
            if segment.state in ENDED:
                yield cell, segment.state
            elif before is None or before.state in ENDED:
                yield cell, "running"
            before = segment


@dataclass(frozen=True)
class ChannelLane:
    """What lies in a pipe. `rows` are its messages; `downwards`: its reader's lane is below."""

    name: str
    level: Level
    rows: Marked
    downwards: bool
    scale: Scale
    style = "$secondary"

    @property
    def note(self) -> str:
        """What the highest bar means."""
        most = self.level.most
        return f"{self._bar(most)} {bytes_text(most)}" if most else ""

    def words(self, cells: Cells, x: int) -> None:
        """Its messages, each with its beginning."""
        self._marks(cells, x)
        _put_words(cells, x, self.scale.width, self.rows)

    def draw(self, cells: Cells, x: int, alone: bool) -> None:
        """The bytes in it, as bars."""
        for cell in range(self.scale.width):
            count = self.level.highest(self.scale.begin(cell), self.scale.begin(cell + 1))
            if count:
                cells.put(x + cell, self._bar(count), "$secondary")
        if alone:
            self._marks(cells, x)

    def _bar(self, count: int) -> str:
        if count == self.level.capacity:
            return FULL
        return BARS[-(-count * len(BARS) // self.level.most) - 1]

    def _marks(self, cells: Cells, x: int) -> None:
        for cell, row in self.rows:
            cells.put(x + cell, *self._mark(row))

    def _mark(self, row: Row) -> tuple[str, str]:
        message = row.message
        if row.kind == "lost" or (message is not None and message.error is not None):
            return mark("failed"), "$error"
        if row.kind == "message" and message is not None and message.read is None:
            return mark("bytes"), "$secondary"
        return DOWN if self.downwards else UP, "bold $secondary"


def _put_call(cells: Cells, x: int, stretch: Stretch) -> None:
    """The call in the middle of its wait, cut to its name where the whole does not fit."""
    call = clean(stretch.segment.call)
    for words in (call, call.partition("(")[0]):
        if words and cell_length(words) + 6 <= stretch.width:
            cells.put(x + stretch.cell + 2, f" {words} ", stretch.style)
            return


def _put_words(cells: Cells, x: int, width: int, rows: Marked) -> None:
    """The words of each row at its right, up to the next; left out where there is no room."""
    for index, (cell, row) in enumerate(rows):
        after = rows[index + 1][0] if index + 1 < len(rows) else width
        room = after - cell - 3
        if room <= 0:
            continue
        words = clean(row.text)
        if room >= min(_LEAST_WORDS, cell_length(words)):
            cells.put(x + cell + 2, cut(words, room), row_style(row))
