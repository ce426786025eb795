"""Draws lanes over time: which stands where, the axis above, and below what the signs mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.text import clean
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.lines import Piece, line
from ipcviz.ui.scale import Scale
from ipcviz.ui.stretches import STRETCHES
from ipcviz.ui.tones import SEVERITIES, STATES, STUCK, STUCK_STYLE
from ipcviz.ui.widgets.lane import BARS, DOWN, UP, ChannelLane, Lane, RoleLane

_GRID, _CURSOR = "┊", "│"
_BETWEEN = 2
"""Cells between two signs that are explained."""


class _Cursor(NamedTuple):
    """The cell of the moment in the past that is shown, and its time."""

    cell: int
    text: str


class LanesDrawing:
    """The picture, whose `scale` begins at cell `x`. `cursor` is the moment in the past that is
    shown, if any; `until_now`: the right edge is the present."""

    def __init__(
        self, lanes: Sequence[Lane], scale: Scale, x: int, cursor: int | None, until_now: bool
    ) -> None:
        self._lanes = lanes
        self._scale = scale
        self._x = x
        self._until_now = until_now
        self._figures = list(scale.figures())
        self._cursor: _Cursor | None = None
        if cursor is not None and scale.start <= cursor < scale.end:
            self._cursor = _Cursor(scale.cell(cursor), f"{cursor / 1e9:.3f} s")

    def lines(self, height: int) -> list[Content]:
        """As much as there is room for."""
        spare = height - 1 - len(self._lanes)
        legend = spare > 0
        spare -= legend
        worded: list[Lane] = []
        for kind in (ChannelLane, RoleLane):
            found = [lane for lane in self._lanes if isinstance(lane, kind)]
            if len(found) <= spare:
                worded += found
                spare -= len(found)
        apart = len(self._lanes) <= spare
        drawn = [self._axis()]
        for lane in self._lanes:
            drawn += [self._blank()] * apart
            drawn += [self._words(lane)] if lane in worded else []
            drawn.append(self._lane(lane, alone=lane not in worded))
        if not legend:
            return drawn[:height]
        drawn += [self._blank()] * (height - 1 - len(drawn))
        return [*drawn, self._legend()]

    def _axis(self) -> Content:
        """Round figures of time, and the moment under the cursor in their place."""
        cells = Cells(self._width)
        cells.put_right(self._x - 1, "time", "$faint")
        if self._until_now:
            cells.put_right(self._width, "now", "bold")
        cursor = self._cursor_text()
        for cell, text in self._figures:
            at, end = self._x + cell, self._x + cell + len(text) + 2
            beside = cursor is None or end < cursor[0] or at > cursor[0] + len(cursor[1])
            if beside and end < self._width - len("now"):
                cells.put(at, f"{_GRID}{text}", "$faint")
        if cursor is not None:
            cells.put(*cursor, "bold $accent")
        return cells.content()

    def _cursor_text(self) -> tuple[int, str] | None:
        """The cursor with its time beside it, and where that begins."""
        if self._cursor is None:
            return None
        at, text = self._x + self._cursor.cell, self._cursor.text
        if at + len(text) + 1 < self._width:
            return at, f"{_CURSOR}{text}"
        return at - len(text), f"{text}{_CURSOR}"

    def _blank(self) -> Content:
        return self._ground().content()

    def _words(self, lane: Lane) -> Content:
        cells = self._ground()
        cells.put_right(self._x - 1, lane.note, "$faint")
        lane.words(cells, self._x)
        return self._with_cursor(cells)

    def _lane(self, lane: Lane, alone: bool) -> Content:
        cells = self._ground()
        cells.put_right(self._x - 1, cut(clean(lane.name), self._x - 2), lane.style)
        lane.draw(cells, self._x, alone)
        return self._with_cursor(cells)

    def _ground(self) -> Cells:
        """A line with what lies behind all lanes: the grid of the axis, and the cursor."""
        cells = Cells(self._width)
        for cell, _ in self._figures:
            cells.put(self._x + cell, _GRID, "$frame")
        if self._cursor is not None:
            cells.put(self._x + self._cursor.cell, _CURSOR, "$accent")
        return cells

    def _with_cursor(self, cells: Cells) -> Content:
        """What a lane has at the cursor, in reverse."""
        at = None if self._cursor is None else self._x + self._cursor.cell
        if at is not None and cells.at(at) != _CURSOR:
            cells.restyle(at, "reverse")
        return cells.content()

    def _legend(self) -> Content:
        pieces: list[Piece] = []
        left = self._width
        for sign, style, words in _signs():
            left -= cell_length(sign) + 1 + len(words) + _BETWEEN
            if left < 0:
                break
            pieces += [(sign, style), (f" {words}{' ' * _BETWEEN}", "$faint")]
        return line(*pieces)

    @property
    def _width(self) -> int:
        return self._x + self._scale.width + 1


def _signs() -> Iterator[tuple[str, str, str]]:
    """The signs with what each means, the most telling first."""
    for state in ("running", "blocked", "ready"):
        yield STRETCHES[state] * 2, STATES[state], state
    yield STUCK * 2, STUCK_STYLE, "stuck"
    yield f"{BARS[0]}{BARS[-1]}", "$secondary", "in the pipe"
    yield mark("bytes"), "$secondary", "written"
    yield f"{DOWN}{UP}", "bold $secondary", "read"
    yield mark("signal"), "$accent", "signal"
    yield mark("warning"), f"{SEVERITIES['warning']} reverse", "found"
    for state in ("sleeping", "stopped", "zombie"):
        yield STRETCHES[state] * 2, STATES[state], state
    for state in ("exited", "failed", "killed"):
        yield mark(state), STATES[state], state
