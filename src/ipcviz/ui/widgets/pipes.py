"""The pipes between the panes: what is in each, and who holds its ends."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.geometry import Size

from ipcviz.model import Channel, Model
from ipcviz.ui.lines import line
from ipcviz.ui.moment import Moment
from ipcviz.ui.widgets.drawing import Drawing
from ipcviz.ui.widgets.pipe_view import MARGIN, TUBE, PipeView
from ipcviz.ui.widgets.ring import HEIGHT as RING_HEIGHT
from ipcviz.ui.widgets.ring import Ring, ring_between

_FLAT = 2
"""Pipes that have a line each where none has room for a tube."""


class Pipes(Drawing):
    """Every pipe of the run, the declared ones first, and the ring of `panes` that wait for each
    other. The wheel moves where not all pipes fit."""

    def __init__(self, moment: Moment, panes: Sequence[str], id: str) -> None:
        super().__init__(id=id, classes="pipes")
        self._moment = moment
        self._panes = panes
        self._first = 0
        self._with_ring = False

    def draw(self, width: int, height: int) -> list[Content]:
        """Tubes, or where there is no room for any, a line for each pipe."""
        ring = self._ring()
        if height < TUBE:
            flat = self._flat(width, height - (ring is not None))
            return flat if ring is None else [*flat, ring.flat(width)]
        if ring is None:
            return self._tubes(width, height)
        tubes = self._tubes(width, height - RING_HEIGHT - 1)
        return [*tubes, Content(""), *ring.box(width, MARGIN)]

    def update(self) -> None:
        """Draw anew, in more lines while there is a ring."""
        with_ring = self._ring() is not None
        if with_ring != self._with_ring:
            self._with_ring = with_ring
            self.refresh(layout=True)
        super().update()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Where nothing else decides: a line for each declared pipe, if not too many, and one for
        the ring."""
        declared = sum(one.info is not None for one in self._moment.model.channels.values())
        return min(_FLAT, declared) + self._with_ring

    def _ring(self) -> Ring | None:
        return ring_between(self._moment.model, *self._panes) if len(self._panes) == 2 else None

    def _flat(self, width: int, height: int) -> list[Content]:
        shown, hidden = self._in_view(height)
        drawn = [self._view(one).flat(width) for one in shown]
        if hidden and shown:
            more = line("  ", (f"+{hidden} more", "$faint"))
            last = self._view(shown[-1]).flat(width - more.cell_length)
            drawn[-1] = line(last, more)
        return drawn

    def _tubes(self, width: int, height: int) -> list[Content]:
        """With blank lines between them, and one above, as far as there is room."""
        count = len(worth_showing(self._moment.model))
        shown, hidden = self._in_view((height - (count * TUBE > height)) // TUBE)
        spare = height - TUBE * len(shown) - (hidden > 0)
        between = [Content("")] * (spare >= len(shown) - 1)
        lines = [Content("")] * (spare >= len(shown) > 0)
        for number, channel in enumerate(shown):
            lines += [*(between if number else ()), *self._view(channel).tube(width)]
        if hidden:
            lines.append(line(("   ", ""), (f"+{hidden} more", "$faint")))
        return lines

    def _in_view(self, room: int) -> tuple[list[Channel], int]:
        """The pipes that are shown, and how many are not."""
        channels = worth_showing(self._moment.model)
        self._first = max(0, min(self._first, len(channels) - room))
        shown = channels[self._first : self._first + room]
        return shown, len(channels) - len(shown)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel, down: the next pipe."""
        event.stop()
        self._first += 1
        self.update()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel, up: the one before."""
        event.stop()
        self._first -= 1
        self.update()

    def _view(self, channel: Channel) -> PipeView:
        writer_left = channel.info is None or channel.info.reader != self._panes[0]
        return PipeView(channel, self._moment.model, writer_left)


def worth_showing(model: Model) -> list[Channel]:
    """The pipes that the scenario declares, and those without a name while somebody holds them."""
    return [
        one
        for one in model.channels.values()
        if one.info is not None or (one.present and one.holders)
    ]
