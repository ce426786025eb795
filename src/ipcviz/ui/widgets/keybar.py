"""The line of keys at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content

from ipcviz.ui.lines import Piece, line
from ipcviz.ui.widgets.drawing import Drawing

_GAP = 2


class Entry(NamedTuple):
    """A key that is live now. `text` is how it is written, where that is not its name."""

    key: str
    label: str
    text: str = ""

    @property
    def shown(self) -> str:
        """How the key is written."""
        return self.text or self.key

    @property
    def width(self) -> int:
        """Cells that it takes."""
        return Content(f"{self.shown} {self.label}").cell_length


class KeyBar(Drawing):
    """Shows as many keys as fit, and always the last two: help and quit. A click presses one."""

    def __init__(self, entries: Callable[[], Sequence[Entry]]) -> None:
        super().__init__(id="keybar")
        self._entries = entries

    def draw(self, width: int, height: int) -> list[Content]:
        """The line."""
        pieces: list[Piece] = []
        at = 0
        for entry, x in self._placed(width):
            pieces += [
                " " * (x - at),
                (entry.shown, "bold $primary"),
                (f" {entry.label}", "$quiet"),
            ]
            at = x + entry.width
        return [line(*pieces)]

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        for entry, x in self._placed(self.size.width):
            if x <= event.x < x + entry.width:
                self.app.simulate_key(entry.key)

    def _placed(self, width: int) -> list[tuple[Entry, int]]:
        """The entries that fit, and where each begins."""
        *entries, help_, quit_ = self._entries()
        quit_at = width - 1 - quit_.width
        help_at = quit_at - _GAP - help_.width
        placed, x = [], 1
        for entry in entries:
            if x + entry.width > help_at - _GAP:
                break
            placed.append((entry, x))
            x += entry.width + _GAP
        return [*placed, (help_, help_at), (quit_, quit_at)]
