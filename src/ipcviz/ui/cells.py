"""A line drawn cell by cell, in which what is put later covers what was there."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import get_character_cell_size
from textual.content import Content

_COVERED = ""
"""The right half of a character of two cells."""


class Cells:
    """One line of `width` cells. What does not fit on it is left out."""

    def __init__(self, width: int) -> None:
        self._characters = [" "] * width
        self._styles = [""] * width

    def put(self, x: int, text: str, style: str = "") -> None:
        """Write the text from cell `x` on."""
        fits = 0 <= x <= len(self._characters) - len(text)
        if fits and set(map(get_character_cell_size, text)) == {1}:
            self._write(x, list(text), style)  # so does nearly all, in less time
            return
        for character in text:
            size = get_character_cell_size(character)
            if size == 0 and 0 < x <= len(self._characters):
                self._characters[x - 1] += character
            if size and x >= 0 and x + size <= len(self._characters):
                self._write(x, [character, *[_COVERED] * (size - 1)], style)
            x += size

    def put_right(self, end: int, text: str, style: str = "") -> None:
        """Write the text so that it ends before cell `end`."""
        self.put(end - cell_length(text), text, style)

    def at(self, x: int) -> str:
        """What stands in cell `x`."""
        return self._characters[x]

    def restyle(self, x: int, style: str) -> None:
        """Add to the style of what stands in cell `x`."""
        self._styles[x] = f"{self._styles[x]} {style}".strip()

    def content(self) -> Content:
        """The line."""
        return Content.assemble(*self._runs())

    def _write(self, x: int, characters: list[str], style: str) -> None:
        """No half of a character stays alone where another is written."""
        after = x + len(characters)
        if self._characters[x] == _COVERED and x > 0:
            self._blank(x - 1)
        if after < len(self._characters) and self._characters[after] == _COVERED:
            self._blank(after)
        self._characters[x:after] = characters
        self._styles[x:after] = [style] * len(characters)

    def _blank(self, x: int) -> None:
        self._characters[x], self._styles[x] = " ", ""

    def _runs(self) -> Iterator[tuple[str, str]]:
        begin = 0
        for style, run in groupby(self._styles):
            end = begin + len(list(run))
            yield "".join(self._characters[begin:end]), style
            begin = end


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
