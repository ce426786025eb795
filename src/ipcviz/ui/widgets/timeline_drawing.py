"""Draws one line of the timeline: time, lifelines, and what happened across them."""

from __future__ import annotations

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
        cells = self._lifelines_at(row.t)
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

    def open_gap(self, since: int, first: bool) -> Content:
        """The time from the last row until now, which still grows; labelled in its first line."""
        cells = self._lifelines_at(self._now)
        if first and self._now - since >= SECOND:
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

    def _lifelines_at(self, t: int) -> Cells:
        cells = Cells(self._width)
        for role, x in self._at.items():
            cells.put(x, *self._glyph(role, t))
        return cells

    def _glyph(self, role: str, t: int) -> tuple[str, str]:
        line = self._lifelines[role]
        segment = line.at(t)
        if segment is None or segment.state not in LIFELINES:
            return " ", ""
        glyph = LIFELINES[segment.state]
        if _is_short(segment, line, self._now):
            glyph = SHORT_WAIT
        return glyph, STATES[segment.state]

    def _mark(self, cells: Cells, row: Row) -> None:
        if row.mark:
            cells.put(self._at[row.role], mark(row.mark), STATES[row.mark])

    def _beside(self, cells: Cells, row: Row) -> None:
        """The words beside the lifeline: at its right, or for the last one at its left. Rather
        than being cut they cover another lifeline for this one row."""
        x = self._at[row.role]
        sign = f"{mark('signal')} " if row.kind == "signal" else ""
        text, style = sign + clean(row.text), row_style(row)
        if x == max(self._at.values()) and len(self._at) > 1:
            cells.put_right(x - 1, cut(text, x - 2 - _TIME_ENDS), style)
        else:
            cells.put(x + 2, cut(text, self._room_right_of(x, row)), style)

    def _room_right_of(self, x: int, row: Row) -> int:
        end = self._width - _DETAIL_ENDS - cell_length(row.detail) - 1
        return end - (x + 2)

    def _arrow_here(self, cells: Cells, row: Row) -> None:
        """An arrow from whoever caused it."""
        source, target = self._at[row.by or ""], self._at[row.role]
        signal = row.kind == "signal"
        dash, heads = (_SIGNAL, "▹◃") if signal else (_RELEASE, "▹◃")
        style = row_style(row) if row.kind != "start" else "$success"
        text = f"{mark('signal')} {row.text}" if signal else row.text
        self._line_between(cells, source, target, text, dash, style, row.t)
        if source < target:
            cells.put(target - 1, heads[0], style)
        else:
            cells.put(target + 1, heads[1], style)
        self._join(cells, row.by or "", source < target, row.t)

    def _into_pipe(self, cells: Cells, row: Row) -> None:
        """What lies in a pipe, at the reader's end of it."""
        source, reader = self._at[row.role], self._at[row.to or ""]
        rightwards = source < reader
        end = reader - 3 if rightwards else reader + 3
        self._line_between(cells, source, end, row.text, _BYTES, "$secondary", row.t)
        cells.put(end, mark("bytes"), "$secondary")
        self._join(cells, row.role, rightwards, row.t)

    def _out_of_pipe(self, cells: Cells, row: Row) -> None:
        """The reader took something from a pipe."""
        reader, writer = self._at[row.to or ""], self._at[row.role]
        text, style = cut(clean(row.text), abs(reader - writer) - 10), "$secondary"
        if writer < reader:
            cells.put(reader - 5, f"{mark('bytes')}──▸", style)
            cells.put_right(reader - 6, text, style)
        else:
            cells.put(reader + 1, f"◂──{mark('bytes')}", style)
            cells.put(reader + 6, text, style)

    def _line_between(
        self, cells: Cells, source: int, target: int, text: str, dash: str, style: str, t: int
    ) -> None:
        left, right = min(source, target) + 1, max(source, target)
        crossed = [(role, x) for role, x in self._at.items() if left <= x < right]
        under = {x: self._glyph(role, t) for role, x in crossed}
        cells.put(left, dash * (right - left), style)
        for x, (glyph, its_style) in under.items():
            if glyph != " ":
                cells.put(x, glyph, its_style)
        room = right - left - 8
        if room > 0:
            cells.put(left + 4, f" {cut(clean(text), room)} ", style)

    def _join(self, cells: Cells, role: str, rightwards: bool, t: int) -> None:
        """Where a line leaves a running lifeline, it branches off it."""
        glyph, style = self._glyph(role, t)
        if glyph == LIFELINES["running"]:
            cells.put(self._at[role], "┠" if rightwards else "┨", style)


def _columns(count: int, width: int) -> Iterator[int]:
    """Where the lifelines run: those of third processes at the left, then the two panes'."""
    last = max(_FIRST + 2 * count, width - _AFTER_LAST)
    step = min(_STRIP, (last - _FIRST) // max(1, count - 1))
    for index in range(count - 1):
        yield _FIRST + index * step
    yield last if count > 1 else _FIRST


def _is_short(segment: Segment, line: Lifeline, now: int) -> bool:
    return segment.state == "blocked" and line.lasted(segment.t, now) < SECOND
