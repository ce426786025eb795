"""The stretches of a lifeline, from left to right over time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from ipcviz.model.timeline.lifelines import Lifeline, Segment
from ipcviz.ui.cells import Cells
from ipcviz.ui.scale import Scale
from ipcviz.ui.tones import STATES

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
    """So many cells from `cell` on in which the role is in one state, in one call."""

    cell: int
    width: int
    segment: Segment


def stretches(lifeline: Lifeline, scale: Scale) -> Iterator[Stretch]:
    """What the role does, cell by cell: each shows the state in its middle."""
    shown = ((cell, lifeline.at(scale.middle(cell))) for cell in range(scale.width))
    for _, group in groupby(shown, key=_alike):
        cells = list(group)
        cell, segment = cells[0]
        if segment is not None and segment.state in STRETCHES:
            yield Stretch(cell, len(cells), segment)


def put_stretch(cells: Cells, x: int, stretch: Stretch) -> None:
    """Draw one; the scale begins at `x`."""
    state = stretch.segment.state
    cells.put(x + stretch.cell, STRETCHES[state] * stretch.width, STATES[state])


def _alike(shown: tuple[int, Segment | None]) -> tuple[str, str] | None:
    segment = shown[1]
    return None if segment is None else (segment.state, segment.call)
