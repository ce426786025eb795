"""The first line: which scenario runs, for how long, and when in that time it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.text import clean, clock
from ipcviz.ui.cells import cut
from ipcviz.ui.lines import Piece, foreign, line, spread
from ipcviz.ui.moment import Moment
from ipcviz.ui.widgets.drawing import Drawing


class TopBar(Drawing):
    """Title and variant; at the right what was dropped, if anything, where the run is recorded, if
    it is, and the time."""

    def __init__(self, moment: Moment, recorded_in: Callable[[], Path | None]) -> None:
        super().__init__(id="topbar")
        self._moment = moment
        self._recorded_in = recorded_in

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
        file = self._recorded_in()
        if file is not None:
            right += [("rec ", "$error"), (f"{cut(clean(file.name), width // 5)}   ", "$quiet")]
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
