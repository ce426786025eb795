"""The first line: which scenario runs, for how long, and when in that time it is."""

from __future__ import annotations

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.text import clock
from ipcviz.ui.lines import Piece, foreign, line, spread
from ipcviz.ui.moment import Moment
from ipcviz.ui.widgets.drawing import Drawing


class TopBar(Drawing):
    """Title and variant; at the right what was dropped, if anything, and the time."""

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
        right += self._past() if self._moment.past else self._live()
        return [spread(line(*left), line(*right), width)]

    def _live(self) -> list[Piece]:
        age = clock(self._moment.now())
        return [(f"{mark('running')} live", "$success"), (f"  {age} ", "$quiet")]

    def _past(self) -> list[Piece]:
        when, age = _exact(self._moment.now()), _exact(self._moment.session.log.now())
        return [(f"◂◂ PAST  {when}", "bold $accent"), (f" of {age} ", "$accent")]


def _exact(nanoseconds: int) -> str:
    """The clock with milliseconds, rounded as the times of the timeline are."""
    milliseconds = round(nanoseconds / 1e6)
    return f"{clock(milliseconds * 1_000_000)}.{milliseconds % 1000:03}"
