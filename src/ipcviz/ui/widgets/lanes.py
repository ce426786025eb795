"""The run over time, from left to right: a lane for each role, and for each pipe between two."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from ipcviz.model import Channel
from ipcviz.model.timeline.levels import Levels
from ipcviz.ui.cells import cell_length
from ipcviz.ui.moment import Moment
from ipcviz.ui.scale import Scale
from ipcviz.ui.tones import ENDED
from ipcviz.ui.widgets.drawing import Drawing
from ipcviz.ui.widgets.lane_order import LaneOrder
from ipcviz.ui.widgets.lanes_drawing import LanesDrawing

LEAST_SPAN = 1_000_000
"""Nanoseconds from edge to edge, at the closest."""
_NAME = 24
"""Cells that a name has at most."""


class Lanes(Drawing):
    """Shows the whole run as it grows, until it is zoomed or scrolled.

    `roles` are the lanes from top to bottom; a pipe has its lane under the upper one of the two
    roles that it joins.
    """

    BORDER_TITLE = "over time"

    def __init__(self, moment: Moment, roles: Sequence[str]) -> None:
        super().__init__(id="lanes")
        self._moment = moment
        self._roles = roles
        self._span: int | None = None
        """Nanoseconds that are shown; null for the whole run."""
        self._end: int | None = None
        """The right edge; null while it follows the present."""
        self._listen()

    def draw(self, width: int, height: int) -> list[Content]:
        """The picture."""
        if self._of is not self._moment.timeline:
            self._listen()
        channels = [one for one in self._of.model.channels.values() if self._is_told(one)]
        names = [*self._roles, *(one.name for one in channels)]
        x = min(_NAME, max(map(cell_length, names))) + 2
        scale = self._scale(max(1, width - x - 1))
        until_now = self._goes_on() and self._end is None
        order = LaneOrder(self._of, self._levels, scale, until_now)
        room = len(self._roles) + len(channels) < height
        lanes = list(order.lanes(self._roles, channels if room else ()))
        cursor = self._moment.now() if self._moment.past else None
        return LanesDrawing(lanes, scale, x, cursor, until_now).lines(height)

    def update(self) -> None:
        """Draw anew, with what is in view in the border."""
        super().update()
        shown = "the whole run" if self._span is None else self._scale(1).text
        subtitle = f"{shown} · + and - zoom"
        if self.border_subtitle != subtitle:
            self.border_subtitle = subtitle

    def zoom(self, closer: bool) -> None:
        """Show half of the time that is shown, or double: around the cursor of the past if it is
        in view, else around the middle; at the present, what came last."""
        shown = self._scale(1)
        span = max(LEAST_SPAN, shown.span // 2) if closer else shown.span * 2
        if span >= self._present():
            self._span = self._end = None
        else:
            middle = self._moment.now() if self._moment.past else shown.start + shown.span // 2
            follows = self._end is None and not self._moment.past
            self._span = span
            self._end = None if follows else self._bounded(middle + span // 2)
        self.update()

    def page(self, direction: int) -> None:
        """Scroll by half of what is in view, back (-1) or on (1); at the end it follows again."""
        self.scroll_time(direction / 2)

    def scroll_time(self, share: float) -> None:
        """Scroll by a share of what is in view."""
        if self._span is None:
            return
        end = self._scale(1).end + int(share * self._span)
        self._end = None if end >= self._present() else self._bounded(end)
        self.update()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, up: back in time."""
        event.stop()
        self.scroll_time(-1 / 8)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel, down: on in time."""
        event.stop()
        self.scroll_time(1 / 8)

    def _listen(self) -> None:
        """Learn of all bytes in the pipes, of the run that is shown now."""
        self._of = self._moment.timeline
        self._levels = Levels()
        self._moment.session.log.listen(self._levels.apply)
        self._span = self._end = None

    def _is_told(self, channel: Channel) -> bool:
        """The scenario declares it, or something lay in it."""
        return channel.info is not None or self._levels.of(channel.name).most > 0

    def _present(self) -> int:
        """The latest moment there is to show, in nanoseconds since the run began; once every
        role has ended, no time goes by."""
        rows = self._of.rows
        now = self._moment.session.log.now() if self._goes_on() or not rows else rows[-1].t + 1
        return max(LEAST_SPAN, now)

    def _goes_on(self) -> bool:
        last = (lifeline.last for lifeline in self._of.lifelines.values())
        return any(segment is not None and segment.state not in ENDED for segment in last)

    def _bounded(self, end: int) -> int:
        assert self._span is not None
        return max(self._span, min(end, self._present()))

    def _scale(self, width: int) -> Scale:
        """The time that is shown, moved where the moment of the past would be out of view."""
        present = self._present()
        if self._span is None:
            return Scale(0, present, width)
        end = present if self._end is None else self._end
        past = self._moment.now() if self._moment.past else None
        if past is not None and not end - self._span <= past < end:
            end = self._end = self._bounded(past + self._span // 2)
        return Scale(max(0, end - self._span), self._span, width)
