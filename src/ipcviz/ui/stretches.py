"""The stretches of a lifeline, from left to right over time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from ipcviz.model.timeline.lifelines import Lifeline, Segment
from ipcviz.ui.cells import Cells
from ipcviz.ui.scale import Scale
from ipcviz.ui.tones import STATES, STUCK, STUCK_STYLE

STRETCHES = {
    "running": "━",
    "ready": "─",
    "sleeping": "┄",
    "blocked": "▅",
    "stopped": "═",
    "zombie": "╌",
}
"""State -> what a stretch of it is made of: as tones.LIFELINES, lying down. Nothing once it has
ended."""


class Stretch(NamedTuple):
    """So many cells from `cell` on in which the role is in one state, in one call, stuck or not."""

    cell: int
    width: int
    segment: Segment
    stuck: bool

    @property
    def style(self) -> str:
        """Its colour."""
        return STUCK_STYLE if self.stuck else STATES[self.segment.state]


def stretches(lifeline: Lifeline, scale: Scale) -> Iterator[Stretch]:
    """What the role does, cell by cell: each shows the state in its middle."""
    middles = ((cell, scale.middle(cell)) for cell in range(scale.width))
    shown = ((cell, lifeline.at(t), lifeline.is_stuck(t)) for cell, t in middles)
    for _, group in groupby(shown, key=_alike):
        cells = list(group)
        cell, segment, stuck = cells[0]
        if segment is not None and segment.state in STRETCHES:
            yield Stretch(cell, len(cells), segment, stuck)


def put_stretch(cells: Cells, x: int, stretch: Stretch) -> None:
    """Draw one; the scale begins at `x`."""
    sign = STUCK if stretch.stuck else STRETCHES[stretch.segment.state]
    cells.put(x + stretch.cell, sign * stretch.width, stretch.style)


def _alike(shown: tuple[int, Segment | None, bool]) -> tuple[str, str, bool] | None:
    _, segment, stuck = shown
    return None if segment is None else (segment.state, segment.call, stuck)
