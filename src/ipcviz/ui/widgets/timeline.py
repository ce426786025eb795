"""The timeline: everything that happened, across the lifelines of the roles."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from ipcviz.model.row_filter import RowFilter
from ipcviz.model.rows import Row
from ipcviz.text import clean
from ipcviz.ui.cells import cut
from ipcviz.ui.lines import line
from ipcviz.ui.moment import Moment
from ipcviz.ui.widgets.drawing import Drawing
from ipcviz.ui.widgets.timeline_drawing import SECOND, TimelineDrawing
from ipcviz.ui.widgets.timeline_lines import TimelineLines

_WHEEL = 3
"""Lines that one turn of the wheel moves."""


class TimelineView(Drawing):
    """Shows the last lines and follows, until it is scrolled back.

    It keeps its own offset: a virtual size that grows with every row would lay out the whole
    screen anew each time.
    """

    BORDER_TITLE = "timeline"

    def __init__(self, moment: Moment, roles: Sequence[str]) -> None:
        super().__init__(id="timeline")
        self._moment = moment
        self._roles = roles
        self._of = moment.timeline
        self._filter = RowFilter()
        self._lines_of = TimelineLines(moment.timeline)
        self._top: int | None = None
        """The first line shown; null while it follows the end."""

    def draw(self, width: int, height: int) -> list[Content]:
        """The heading, the lines in view, and at the end the line of now."""
        timeline, now = self._moment.timeline, self._moment.now()
        self._follow()
        drawing = TimelineDrawing(self._roles, timeline.lifelines, width, now)
        body = self._body(drawing, max(0, height - 1), now)
        return [drawing.heading(), *self._with_scrollbar(body, width)]

    def update(self) -> None:
        """Draw anew, with what is counted in the border."""
        super().update()
        self._tell_position(self.size.height - 1)

    def rows(self) -> list[Row]:
        """The events that are shown, oldest first."""
        self._follow()
        return self._lines_of.shown

    def filter_by(self, filter: RowFilter) -> None:
        """Show only the events that match, and follow the end."""
        self._filter, self._top = filter, None
        self._lines_of.filter_by(filter)
        self.update()

    def scroll_lines(self, count: int) -> None:
        """Move down by so many lines, or up; at the end it follows again."""
        room = self.size.height - 1
        last = self._last_top(room)
        top = (last if self._top is None else self._top) + count
        self._top = None if top >= last else max(0, top)
        self.update()

    def page(self, direction: int) -> None:
        """Scroll by what is in view, up (-1) or down (1)."""
        self.scroll_lines(direction * max(1, self.size.height - 3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, up."""
        event.stop()
        self.scroll_lines(-_WHEEL)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel, down."""
        event.stop()
        self.scroll_lines(_WHEEL)

    def _follow(self) -> None:
        timeline = self._moment.timeline
        if timeline is not self._of:
            self._of, self._top = timeline, None
            self._lines_of = TimelineLines(timeline, self._filter)
        dropped = self._lines_of.catch_up()
        if self._top is not None:
            self._top = max(0, self._top - dropped)

    def _body(self, drawing: TimelineDrawing, room: int, now: int) -> list[Content]:
        if self._top is not None:
            shown = range(self._top, min(len(self._lines_of), self._top + room))
            return [self._line(drawing, number) for number in shown]
        first = self._last_top(room)
        lines = [self._line(drawing, number) for number in range(first, len(self._lines_of))]
        since = self._since()
        rest = range(room - 1 - len(lines))
        lines += [drawing.open_gap(since, first=index == 0) for index in rest]
        return [*lines, drawing.now()]

    def _line(self, drawing: TimelineDrawing, number: int) -> Content:
        found = self._lines_of.at(number)
        return drawing.gap(*found) if isinstance(found, tuple) else drawing.row(found)

    def _last_top(self, room: int) -> int:
        """The first line in view at the end: below come the open gap and now."""
        since = self._since()
        waits = since is not None and self._moment.now() - since >= SECOND
        return max(0, len(self._lines_of) - (room - 1 - waits))

    def _since(self) -> int | None:
        shown = self._lines_of.shown
        return shown[-1].t if shown else None

    def _with_scrollbar(self, body: list[Content], width: int) -> list[Content]:
        room, total = len(body), len(self._lines_of) + 2
        if room < 1 or total <= room:
            return body
        size = max(1, room * room // total)
        last = self._last_top(room)
        top = last if self._top is None else self._top
        begin = round((room - size) * top / last) if last else 0
        handle = line((" ", "on $handle"))
        return [
            line(one.truncate(width - 1, pad=True), handle) if begin <= y < begin + size else one
            for y, one in enumerate(body)
        ]

    def _tell_position(self, room: int) -> None:
        if self._top is None:
            text = self._count()
        else:
            below = max(0, len(self._lines_of) - self._top - room)
            text = f"{below} more line{'' if below == 1 else 's'} below"
        if self._filter:
            words = cut(clean(self._filter.text), self.size.width // 2)
            text = f"filter: {words} · {text}"
        subtitle = Content(text)
        if self.border_subtitle != subtitle.markup:
            self.border_subtitle = subtitle

    def _count(self) -> str:
        total = len(self._moment.timeline.rows)
        shown = f"{len(self._lines_of.shown)} of " if self._filter else ""
        return f"{shown}{total} event{'' if total == 1 else 's'}"
