"""Draws one line of the timeline: time, lifelines, and what happened across them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.model.lifelines import Lifeline, Segment
from ipcviz.model.rows import Row
from ipcviz.text import clean, duration, elapsed
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.tones import LIFELINES, SHORT_WAIT, STATES, row_style

SECOND = 1_000_000_000
_TIME_ENDS = 9
_FIRST = 14
"""Where the first lifeline runs."""
_AFTER_LAST = 13
"""From the last lifeline to the right edge: room for the right column."""
_DETAIL_ENDS = 2
_STRIP = 30
"""Cells between the lifelines of third processes, where there is room."""
_RELEASE, _SIGNAL, _BYTES = "┈", "╌", "─"


class TimelineDrawing:
    """The geometry of a timeline `width` cells wide, and its lines.

    `roles` are the lifelines from left to right; `now` is in nanoseconds.
    """

    def __init__(
        self, roles: Sequence[str], lifelines: Mapping[str, Lifeline], width: int, now: int
    ) -> None:
        self._lifelines = lifelines
        self._width = width
        self._now = now
        self._at = dict(zip(roles, _columns(len(roles), width), strict=True))

    def heading(self) -> Content:
        """The names over the lifelines and columns."""
        cells = Cells(self._width)
        cells.put_right(_TIME_ENDS, "time", "$faint")
        cells.put_right(self._width - _DETAIL_ENDS, "queued", "$faint")
        xs = list(self._at.values())
        for index, (role, x) in enumerate(self._at.items()):
            right = xs[index + 1] - 2 if index + 1 < len(xs) else self._width - 9
            name = cut(role, 2 * min(x - _TIME_ENDS, right - x))
            cells.put(max(_TIME_ENDS + 1, x - cell_length(name) // 2), name, "bold")
        return cells.content()

    def row(self, row: Row) -> Content:
        """Something that happened."""
        cells = self._lifelines_at(row.t, row.seq)
        cells.put_right(_TIME_ENDS, f"{row.t / SECOND:.3f}", "$quiet")
        cells.put_right(self._width - _DETAIL_ENDS, row.detail, "$quiet")
        if row.role not in self._at:
            return cells.content()
        if row.by in self._at and row.by != row.role:
            self._arrow_here(cells, row)
        elif row.kind == "fill" and row.to in self._at:
            self._into_pipe(cells, row)
        elif row.kind == "drain" and row.to in self._at:
            self._out_of_pipe(cells, row)
        else:
            self._beside(cells, row)
        self._mark(cells, row)
        return cells.content()

    def gap(self, before: Row, after: Row) -> Content:
        """The time between two rows in which nothing happened."""
        cells = self._lifelines_at(after.t - 1)
        cells.put_right(_TIME_ENDS, f"+{duration(after.t - before.t)}", "$faint")
        return cells.content()

    def open_gap(self, since: int | None, first: bool) -> Content:
        """The time from the last row until now, which still grows; labelled in its first line.
        Before the first row, `since` is null."""
        cells = self._lifelines_at(self._now)
        if first and since is not None and self._now - since >= SECOND:
            cells.put_right(_TIME_ENDS, f"+{elapsed(self._now - since)}", "$faint")
        return cells.content()

    def now(self) -> Content:
        """The last line: how all stand."""
        cells = Cells(self._width)
        cells.put_right(_TIME_ENDS, str(self._now // SECOND), "bold")
        cells.put_right(self._width - _DETAIL_ENDS, "now", "bold")
        xs = list(self._at.values())
        cells.put(xs[0], "╌" * (xs[-1] - xs[0]), "$faint")
        for role, x in self._at.items():
            last = self._lifelines[role].last
            state = last.state if last is not None else "not started"
            cells.put(x, mark(state), STATES[state])
        return cells.content()

    def _lifelines_at(self, t: int, seq: int | None = None) -> Cells:
        cells = Cells(self._width)
        for role, x in self._at.items():
            cells.put(x, *self._glyph(role, t, seq))
        return cells

    def _glyph(self, role: str, t: int, seq: int | None = None) -> tuple[str, str]:
        """What the lifeline is made of at `t`; of all that came at once, up to event `seq`."""
        segments = self._lifelines[role].segments
        index = bisect_right(segments, t, key=lambda segment: segment.t) - 1
        while index > 0 and seq is not None and _told_after(segments[index], seq):
            index -= 1
        if index < 0 or segments[index].state not in LIFELINES:
            return " ", ""
        state = segments[index].state
        end = segments[index + 1].t if index + 1 < len(segments) else self._now
        short = state == "blocked" and end - segments[index].t < SECOND
        return SHORT_WAIT if short else LIFELINES[state], STATES[state]

    def _mark(self, cells: Cells, row: Row) -> None:
        if row.mark:
            cells.put(self._at[row.role], mark(row.mark), STATES[row.mark])

    def _beside(self, cells: Cells, row: Row) -> None:
        """The words beside the lifeline: at its right, or for the last one at its left. Rather
        than being cut they cover another lifeline for this one row."""
        x, text, style = self._at[row.role], _words(row), row_style(row)
        if x == max(self._at.values()) and len(self._at) > 1:
            cells.put_right(x - 1, f" {cut(text, x - 3 - _TIME_ENDS)}", style)
        else:
            cells.put(x + 2, f"{cut(text, self._room_right_of(x, row))} ", style)

    def _room_right_of(self, x: int, row: Row) -> int:
        end = self._width - _DETAIL_ENDS - cell_length(row.detail) - 1
        return end - (x + 2)

    def _arrow_here(self, cells: Cells, row: Row) -> None:
        """An arrow from whoever caused it."""
        source, target = self._at[row.by or ""], self._at[row.role]
        dash = _SIGNAL if row.kind == "signal" else _RELEASE
        style = "$success" if row.kind == "start" else row_style(row)
        self._line_between(cells, row, source, target, dash, style)
        if source < target:
            cells.put(target - 1, "▹", style)
        else:
            cells.put(target + 1, "◃", style)
        self._join(cells, row, row.by or "", source < target)

    def _into_pipe(self, cells: Cells, row: Row) -> None:
        """What lies in a pipe, at the reader's end of it."""
        source, reader = self._at[row.role], self._at[row.to or ""]
        end = reader - 3 if source < reader else reader + 3
        self._line_between(cells, row, source, end, _BYTES, row_style(row))
        cells.put(end, mark("bytes"), row_style(row))
        self._join(cells, row, row.role, source < reader)

    def _out_of_pipe(self, cells: Cells, row: Row) -> None:
        """The reader took something from a pipe."""
        reader, writer = self._at[row.to or ""], self._at[row.role]
        text, style = cut(_words(row), abs(reader - writer) - 10), row_style(row)
        if writer < reader:
            cells.put(reader - 5, f"{mark('bytes')}──▸", style)
            cells.put_right(reader - 6, text, style)
        else:
            cells.put(reader + 1, f"◂──{mark('bytes')}", style)
            cells.put(reader + 6, text, style)

    def _line_between(
        self, cells: Cells, row: Row, source: int, target: int, dash: str, style: str
    ) -> None:
        """A line with the row's words in it. The lifelines that it crosses stay."""
        left, right = min(source, target) + 1, max(source, target)
        cells.put(left, dash * (right - left), style)
        for role, x in self._at.items():
            glyph, its_style = self._glyph(role, row.t, row.seq)
            if left <= x < right and glyph != " ":
                cells.put(x, glyph, its_style)
        room = right - left - 8
        if room > 0:
            cells.put(left + 4, f" {cut(_words(row), room)} ", style)

    def _join(self, cells: Cells, row: Row, role: str, rightwards: bool) -> None:
        """Where a line leaves a running lifeline, it branches off it."""
        glyph, style = self._glyph(role, row.t, row.seq)
        if glyph == LIFELINES["running"]:
            cells.put(self._at[role], "┠" if rightwards else "┨", style)


def _columns(count: int, width: int) -> Iterator[int]:
    """Where the lifelines run: those of third processes at the left, then the two panes'."""
    last = max(_FIRST + 2 * count, width - _AFTER_LAST)
    step = min(_STRIP, (last - _FIRST) // max(1, count - 1))
    for index in range(count - 1):
        yield _FIRST + index * step
    yield last if count > 1 else _FIRST


def _words(row: Row) -> str:
    sign = f"{mark('signal')} " if row.kind == "signal" else ""
    return sign + clean(row.text)


def _told_after(segment: Segment, seq: int) -> bool:
    return segment.wait is not None and segment.wait.seq > seq
