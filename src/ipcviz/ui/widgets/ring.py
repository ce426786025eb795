"""The ring between two panes whose processes wait for each other: who waits for whom."""

from __future__ import annotations

from typing import NamedTuple

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.model import Model
from ipcviz.model.clauses import awaited
from ipcviz.model.words import joined
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.tones import STUCK_STYLE

HEIGHT = 4
_STRONG = f"bold {STUCK_STYLE}"


class Ring(NamedTuple):
    """For whom the left one waits, and for whom the right one does, in words."""

    left: str
    right: str

    def box(self, width: int, margin: int) -> list[Content]:
        """Four lines: over the left one's way to the other, and back."""
        top, down, up, bottom = rows = [Cells(width) for _ in range(HEIGHT)]
        first, last = margin, width - margin - 1
        for cells, corners, words in ((top, "╭╮", self.left), (bottom, "╰╯", self.right)):
            cells.put(first, corners[0] + "─" * (last - first - 1) + corners[1], STUCK_STYLE)
            text = f" {cut(words, last - first - 3)} "
            cells.put((first + last + 1 - cell_length(text)) // 2, text, _STRONG)
        for cells, signs in ((down, "│▾"), (up, "▴│")):
            cells.put(first, signs[0], STUCK_STYLE)
            cells.put(last, signs[1], STUCK_STYLE)
        return [one.content() for one in rows]

    def flat(self, width: int) -> Content:
        """The same in one line."""
        cells = Cells(width)
        room = (width - 12) // 2
        left, right = f"{mark('error')} {cut(self.left, room)}", cut(self.right, room)
        begin, end = 2 + cell_length(left), width - 2 - cell_length(right)
        middle = (begin + end) // 2
        cells.put(begin, "─" * (end - begin), STUCK_STYLE)
        cells.put(middle - 1, "▸ ◂", STUCK_STYLE)
        cells.put(1, f"{left} ", _STRONG)
        cells.put_right(width - 1, f" {right}", _STRONG)
        return cells.content()


def ring_between(model: Model, left: str, right: str) -> Ring | None:
    """The ring of two roles that wait for each other, maybe through others, if an error is found
    about both."""
    roles = model.roles[left], model.roles[right]
    pids = {role.process.pid for role in roles if role.process is not None}
    found = any(
        one.severity == "error" and len(pids) == 2 and pids.issubset(one.pids)
        for one in model.findings.values()
    )
    if not found or not (_leads(model, left, right) and _leads(model, right, left)):
        return None
    return Ring(
        *(f"{role.name} waits for {joined(sorted(awaited(role, model)))}" for role in roles)
    )


def _leads(model: Model, role: str, to: str) -> bool:
    """Whether a role waits for another, or for one that does."""
    reached: set[str] = set()
    todo = [role]
    while todo:
        new = awaited(model.roles[todo.pop()], model) - reached
        reached |= new
        todo += new
    return to in reached
