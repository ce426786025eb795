"""A line drawn cell by cell, in which what is put later covers what was there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import get_character_cell_size
from textual.content import Content

_BLANK = (" ", "")
_COVERED = ""
"""The right half of a character of two cells."""


class Cells:
    """One line of `width` cells. What does not fit on it is left out."""

    def __init__(self, width: int) -> None:
        self._cells = [_BLANK] * width

    def put(self, x: int, text: str, style: str = "") -> None:
        """Write the text from cell `x` on."""
        for character in text:
            size = get_character_cell_size(character)
            if size == 0 and 0 < x <= len(self._cells):
                before, its_style = self._cells[x - 1]
                self._cells[x - 1] = before + character, its_style
            if size and x >= 0 and x + size <= len(self._cells):
                self._uncover(x, size)
                self._cells[x : x + size] = [(character, style), *[(_COVERED, style)] * (size - 1)]
            x += size

    def put_right(self, end: int, text: str, style: str = "") -> None:
        """Write the text so that it ends before cell `end`."""
        self.put(end - cell_length(text), text, style)

    def at(self, x: int) -> str:
        """What stands in cell `x`."""
        return self._cells[x][0]

    def restyle(self, x: int, style: str) -> None:
        """Add to the style of what stands in cell `x`."""
        character, before = self._cells[x]
        self._cells[x] = character, f"{before} {style}".strip()

    def content(self) -> Content:
        """The line."""
        return Content.assemble(*self._runs())

    def _uncover(self, x: int, size: int) -> None:
        """No half of a character stays alone where another is written."""
        if self._cells[x][0] == _COVERED and x > 0:
            self._cells[x - 1] = _BLANK
        after = x + size
        if after < len(self._cells) and self._cells[after][0] == _COVERED:
            self._cells[after] = _BLANK

    def _runs(self) -> Iterator[tuple[str, str]]:
        for style, run in groupby(self._cells, key=lambda cell: cell[1]):
            yield "".join(character for character, _ in run), style


def cell_length(text: str) -> int:
    """How many cells the text takes."""
    return sum(map(get_character_cell_size, text))


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells, with an ellipsis where it was cut."""
    if cell_length(text) <= width:
        return text
    taken = 0
    for index, character in enumerate(text):
        taken += get_character_cell_size(character)
        if taken > width - 1:
            return text[:index] + "…" if width > 0 else ""
    return text
