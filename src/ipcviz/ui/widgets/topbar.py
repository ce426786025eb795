"""The first line: which scenario runs, and for how long."""

from __future__ import annotations

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.text import clock
from ipcviz.ui.lines import Piece, foreign, line, spread
from ipcviz.ui.moment import Moment
from ipcviz.ui.widgets.drawing import Drawing


class TopBar(Drawing):
    """Title and variant; at the right what was dropped, if anything, and the age of the run."""

    def __init__(self, moment: Moment) -> None:
        super().__init__(id="topbar")
        self._moment = moment

    def draw(self, width: int, height: int) -> list[Content]:
        """The line."""
        loaded = self._moment.session.loaded
        left: list[Piece] = [(" ipcviz", "bold $primary"), ("  ›  ", "$faint")]
        left.append(foreign(loaded.scenario.title, "bold"))
        if loaded.variant is not None:
            left += ["  ", foreign(loaded.variant, "$accent")]
        right: list[Piece] = []
        dropped = self._moment.model.dropped
        if dropped:
            right.append((f"{dropped} event{'' if dropped == 1 else 's'} dropped   ", "$warning"))
        right.append((f"{mark('running')} live", "$success"))
        right.append((f"  {clock(self._moment.now())} ", "$quiet"))
        return [spread(line(*left), line(*right), width)]
