"""The timeline: everything that happened, across the lifelines of the roles."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message

from ipcviz.model.timeline.row_filter import RowFilter
from ipcviz.model.timeline.rows import Row
from ipcviz.text import clean
from ipcviz.ui.cells import cut
from ipcviz.ui.lines import band, line
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

    class Chosen(Message):
        """The moment of this row is asked for; without one, the present."""

        def __init__(self, row: Row | None) -> None:
            super().__init__()
            self.row = row

    def __init__(self, moment: Moment, roles: Sequence[str]) -> None:
        super().__init__(id="timeline")
        self._moment = moment
        self._roles = roles
        self._of = moment.timeline
        self._filter = RowFilter()
        self._lines_of = TimelineLines(moment.timeline)
        self._followed = -1
        """The end of the log when its rows were last taken in: only an event changes them."""
        self._top: int | None = None
        """The first line shown; null while it follows the end."""
        self._cursor: int | None = None
        """The moment's cursor when it was last brought into view."""

    def draw(self, width: int, height: int) -> list[Content]:
        """The heading, the lines in view, and at the end the line of now."""
        room = max(0, height - 1)
        self._follow()
        self._bring_into_view(room)
        lifelines, wide = self._moment.timeline.lifelines, self.screen.has_class("-wide")
        drawing = TimelineDrawing(self._roles, lifelines, width, self._now(), round_trips=wide)
        return [drawing.heading(), *self._with_scrollbar(self._body(drawing, room), width)]

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

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse; of a gap, the one before it; below all, the present."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < 1:
            return
        top = self._last_top(self.size.height - 1) if self._top is None else self._top
        number = top + offset.y - 1 - self._lines_before(top)
        if number >= len(self._lines_of):
            self.post_message(self.Chosen(None))
        elif number >= 0:
            found = self._lines_of.at(number)
            self.post_message(self.Chosen(found[0] if isinstance(found, tuple) else found))

    def _follow(self) -> None:
        timeline, end = self._moment.timeline, self._moment.session.log.end
        if timeline is self._of and end == self._followed:
            return
        self._followed = end
        if timeline is not self._of:
            self._of, self._top = timeline, None
            self._lines_of = TimelineLines(timeline, self._filter)
        dropped = self._lines_of.catch_up()
        if self._top is not None:
            self._top = max(0, self._top - dropped)

    def _bring_into_view(self, room: int) -> None:
        """Where the cursor has moved, scroll so that its row is seen, with what led to it."""
        cursor = self._moment.cursor
        if cursor == self._cursor:
            return
        self._cursor = cursor
        if cursor is None:
            self._top = None
            return
        line = self._lines_of.line_of(cursor)
        top = self._last_top(room) if self._top is None else self._top
        if not top <= line < top + room - 1:
            top = line - room // 2
        self._top = max(0, min(top, self._last_top(room)))

    def _body(self, drawing: TimelineDrawing, room: int) -> list[Content]:
        """The lines from the top on; where these end, the time since, and now."""
        top = self._last_top(room) if self._top is None else self._top
        before = self._lines_before(top)
        body = [drawing.not_kept(self._moment.timeline.dropped)] * before
        end = min(len(self._lines_of), top + room)
        body += [self._line(drawing, number) for number in range(top, end)]
        if len(body) < room or self._top is None:
            body = body[: room - 1]
            body += self._open_gap(drawing, room - 1 - len(body))
            body.append(drawing.now())
        return self._with_cursor(body[:room], top)

    def _open_gap(self, drawing: TimelineDrawing, lines: int) -> list[Content]:
        since = self._since()
        first, other = (drawing.open_gap(since, first=one) for one in (True, False))
        return [first, *[other] * (lines - 1)][:lines]

    def _line(self, drawing: TimelineDrawing, number: int) -> Content:
        found = self._lines_of.at(number)
        return drawing.gap(*found) if isinstance(found, tuple) else drawing.row(found)

    def _with_cursor(self, body: list[Content], top: int) -> list[Content]:
        """In the past: a band over the row just told, and what comes later faint."""
        cursor = self._moment.cursor
        if cursor is None:
            return body
        at = self._lines_of.line_of(cursor) - top + self._lines_before(top)
        later = [Content.styled(one.plain, "$faint") for one in body[max(0, at + 1) :]]
        if at < 0 or at >= len(body):
            return [*body[: at + 1], *later] if at >= 0 else later
        row = line((" ▸", "bold"), body[at][2:])
        return [*body[:at], band(row, "on $cursor", row.cell_length), *later]

    def _lines_before(self, top: int) -> int:
        """Lines above the first: one where rows are not kept any more, and the top is in view."""
        return int(top == 0 and self._moment.timeline.dropped > 0)

    def _last_top(self, room: int) -> int:
        """The first line in view at the end: below come the open gap and now."""
        since = self._since()
        waits = since is not None and self._now() - since >= SECOND
        return max(0, len(self._lines_of) - (room - 1 - waits))

    def _now(self) -> int:
        return self._moment.session.log.now()

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
        if self._moment.cursor is not None:
            at = bisect_right(self._lines_of.shown, self._moment.cursor, key=lambda row: row.seq)
            text = f"event {at} of {len(self._lines_of.shown)}"
        elif self._top is None:
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
