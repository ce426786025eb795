"""Draws one line of the timeline: time, lifelines, and what happened across them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.model.timeline.lifelines import Lifeline, Segment
from ipcviz.model.timeline.rows import Row
from ipcviz.text import clock, duration, elapsed
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.tones import LIFELINES, SHORT_WAIT, STATES, STUCK, STUCK_STYLE
from ipcviz.ui.widgets.timeline_row import RowDrawing

SECOND = 1_000_000_000
_TIME_ENDS = 9
_MINUTES = 120 * SECOND
_FIRST = 14
"""Where the first lifeline runs."""
_DETAIL = 13
"""From the last lifeline to the right edge: room for the right column."""
_ROUND_TRIP = 15
"""Room for one column more."""
_ROUND_TRIP_ENDS = 14
_DETAIL_ENDS = 2
_STRIP = 30
"""Cells between the lifelines of third processes, where there is room."""


class TimelineDrawing:
    """The geometry of a timeline `width` cells wide, and its lines.

    `roles` are the lifelines from left to right; `now` is in nanoseconds. `round_trips`: these
    have a column of their own.
    """

    def __init__(
        self,
        roles: Sequence[str],
        lifelines: Mapping[str, Lifeline],
        width: int,
        now: int,
        round_trips: bool = False,
    ) -> None:
        self._lifelines = lifelines
        self._width = width
        self._now = now
        self._round_trips = round_trips
        after_last = _DETAIL + (_ROUND_TRIP if round_trips else 0)
        self._at = dict(zip(roles, _columns(len(roles), width - after_last), strict=True))

    def heading(self) -> Content:
        """The names over the lifelines and columns."""
        cells = Cells(self._width)
        cells.put_right(_TIME_ENDS, "time", "$faint")
        self._put_figures(cells, "latency", "round trip", "$faint")
        xs = list(self._at.values())
        room = self._width - (_ROUND_TRIP if self._round_trips else 0)
        for index, (role, x) in enumerate(self._at.items()):
            right = xs[index + 1] - 2 if index + 1 < len(xs) else room - _DETAIL_ENDS - 8
            name = cut(role, 2 * min(x - _TIME_ENDS, right - x))
            cells.put(max(_TIME_ENDS + 1, x - cell_length(name) // 2), name, "bold")
        return cells.content()

    def row(self, row: Row) -> Content:
        """Something that happened."""
        cells = self._lifelines_at(row.t, row.seq)
        cells.put_right(_TIME_ENDS, f"{row.t / SECOND:.3f}", "$quiet")
        round_trip = row.message.round_trip if row.message is not None else None
        figure = duration(round_trip) if round_trip is not None else ""
        self._put_figures(cells, row.detail, figure, _detail_style(row))
        if row.role in self._at:
            glyphs = {role: self._glyph(role, row.t, row.seq) for role in self._at}
            RowDrawing(cells, row, self._at, glyphs, self._room_ends(row)).draw()
        return cells.content()

    def gap(self, before: Row, after: Row) -> Content:
        """The time between two rows in which nothing happened."""
        cells = self._lifelines_at(after.t - 1)
        cells.put_right(_TIME_ENDS, _span(after.t - before.t, duration), "$faint")
        return cells.content()

    def open_gap(self, since: int | None, first: bool) -> Content:
        """The time from the last row until now, which still grows; labelled in its first line.
        Before the first row, `since` is null."""
        cells = self._lifelines_at(self._now)
        if first and since is not None and self._now - since >= SECOND:
            cells.put_right(_TIME_ENDS, _span(self._now - since, elapsed), "$faint")
        return cells.content()

    def not_kept(self, rows: int) -> Content:
        """In place of the first line: so many earlier rows are not kept any more."""
        cells = Cells(self._width)
        cells.put(_FIRST, f"{rows:,} earlier events are not kept", "$faint")
        return cells.content()

    def now(self) -> Content:
        """The last line: how all stand."""
        cells = Cells(self._width)
        cells.put_right(_TIME_ENDS, str(self._now // SECOND), "bold")
        self._put_figures(cells, "now", "", "bold")
        xs = list(self._at.values())
        cells.put(xs[0], "╌" * (xs[-1] - xs[0]), "$faint")
        for role, x in self._at.items():
            last = self._lifelines[role].last
            state = last.state if last is not None else "not started"
            stuck = self._lifelines[role].is_stuck(self._now)
            cells.put(x, mark(state), STUCK_STYLE if stuck else STATES[state])
        return cells.content()

    def _put_figures(self, cells: Cells, detail: str, round_trip: str, style: str) -> None:
        cells.put_right(self._width - _DETAIL_ENDS, detail, style)
        if self._round_trips:
            cells.put_right(self._width - _ROUND_TRIP_ENDS, round_trip, style)

    def _room_ends(self, row: Row) -> int:
        """The cell before which words beside a lifeline must end."""
        return self._width - _DETAIL_ENDS - cell_length(row.detail) - 1

    def _lifelines_at(self, t: int, seq: int | None = None) -> Cells:
        cells = Cells(self._width)
        for role, x in self._at.items():
            cells.put(x, *self._glyph(role, t, seq))
        return cells

    def _glyph(self, role: str, t: int, seq: int | None = None) -> tuple[str, str]:
        """What the lifeline is made of at `t`; of all that came at once, up to event `seq`."""
        segments = self._lifelines[role].segments
        index = bisect_right(segments, t, key=lambda segment: segment.t) - 1
        while index > 0 and seq is not None and _told_after(segments[index], t, seq):
            index -= 1
        if index < 0 or segments[index].state not in LIFELINES:
            return " ", ""
        if self._lifelines[role].is_stuck(t):
            return STUCK, STUCK_STYLE
        state = segments[index].state
        end = segments[index + 1].t if index + 1 < len(segments) else self._now
        short = state == "blocked" and end - segments[index].t < SECOND
        return SHORT_WAIT if short else LIFELINES[state], STATES[state]


def _columns(count: int, last: int) -> Iterator[int]:
    """Where the lifelines run: those of third processes at the left, then the two panes'."""
    last = max(_FIRST + 2 * count, last)
    step = min(_STRIP, (last - _FIRST) // max(1, count - 1))
    for index in range(count - 1):
        yield _FIRST + index * step
    yield last if count > 1 else _FIRST


def _detail_style(row: Row) -> str:
    if row.kind == "read":
        return "$warning"
    return "$error" if row.message is not None and row.message.error is not None else "$quiet"


def _told_after(segment: Segment, t: int, seq: int) -> bool:
    return segment.t == t and segment.wait is not None and segment.wait.seq > seq


def _span(nanoseconds: int, words: Callable[[int], str]) -> str:
    """`+27 s`; of minutes `+02:46`, for which there is room."""
    return f"+{words(nanoseconds) if nanoseconds < _MINUTES else clock(nanoseconds)}"
