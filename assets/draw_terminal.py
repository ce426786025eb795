"""Draws the cells of a terminal as a picture in which lines and blocks join without a gap."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont
from pyte.screens import Char

from terminal import Cells

FONT_SIZE = 14
FOREGROUND, BACKGROUND = "#d0d0d0", "#101014"
# pyte's names of the sixteen colours; brown is what others call yellow.
NAMED = {
    "black": "#1c1c1c",
    "red": "#cc5555",
    "green": "#5fa35f",
    "brown": "#c0a040",
    "blue": "#5f87d7",
    "magenta": "#b070c0",
    "cyan": "#50a8b0",
    "white": "#d0d0d0",
    "brightblack": "#707070",
    "brightred": "#ff7070",
    "brightgreen": "#80d080",
    "brightbrown": "#f0d060",
    "brightblue": "#80a8ff",
    "brightmagenta": "#d090e0",
    "brightcyan": "#70d0d8",
    "brightwhite": "#ffffff",
}
DIM = 0.45
"""How far a dim letter is from its colour towards what is behind it."""
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
# Quadrants of U+2596 to U+259F, as unicodedata names them.
_CORNERS = {
    "UPPER LEFT": (0, 0),
    "UPPER RIGHT": (1, 0),
    "LOWER LEFT": (0, 1),
    "LOWER RIGHT": (1, 1),
}
_EIGHTHS = {
    "FULL": 8,
    "SEVEN EIGHTHS": 7,
    "THREE QUARTERS": 6,
    "FIVE EIGHTHS": 5,
    "HALF": 4,
    "THREE EIGHTHS": 3,
    "ONE QUARTER": 2,
    "ONE EIGHTH": 1,
}
_DASHES = {"DOUBLE DASH": 2, "TRIPLE DASH": 3, "QUADRUPLE DASH": 4}
_SIDES = {"HORIZONTAL": ("LEFT", "RIGHT"), "VERTICAL": ("UP", "DOWN")}


class Box(NamedTuple):
    """A rectangle in pixels, its right and lower edge not included."""

    left: int
    top: int
    right: int
    bottom: int


class Picture:
    """The drawing of one screen."""

    def __init__(self, cells: Cells) -> None:
        self._plain = _font("DejaVuSansMono.ttf")
        self._bold = _font("DejaVuSansMono-Bold.ttf")
        self.width = round(self._plain.getlength("M"))
        self.height = sum(self._plain.getmetrics())
        size = (self.width * len(cells[0]), self.height * len(cells))
        self.image = Image.new("RGB", size, BACKGROUND)
        self._draw = ImageDraw.Draw(self.image)
        placed = [
            (self._box(column, row), cell)
            for row, line in enumerate(cells)
            for column, cell in enumerate(line)
        ]
        # All backgrounds first: a letter may reach over its cell's edge.
        for box, cell in placed:
            self._fill(box, _colours(cell)[1])
        for box, cell in placed:
            if cell.data.strip():
                self._glyph(box, cell)
            self._lines_through(box, cell)

    def _box(self, column: int, row: int) -> Box:
        left, top = column * self.width, row * self.height
        return Box(left, top, left + self.width, top + self.height)

    def _fill(self, box: Box, colour: str) -> None:
        if box.left < box.right and box.top < box.bottom:
            self._draw.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=colour)

    def _glyph(self, box: Box, cell: Char) -> None:
        foreground, background = _colours(cell)
        if cell.data in SHADES:
            self._fill(box, _mix(background, foreground, SHADES[cell.data]))
            return
        parts = strokes(cell.data, box) or blocks(cell.data, box)
        for part in parts:
            self._fill(part, foreground)
        if not parts:
            font = self._bold if cell.bold else self._plain
            self._draw.text((box.left, box.top), cell.data, font=font, fill=foreground)

    def _lines_through(self, box: Box, cell: Char) -> None:
        colour = _colours(cell)[0]
        if cell.underscore:
            self._fill(box._replace(top=box.bottom - 2, bottom=box.bottom - 1), colour)
        if cell.strikethrough:
            middle = (box.top + box.bottom) // 2
            self._fill(box._replace(top=middle, bottom=middle + 1), colour)


def strokes(character: str, box: Box) -> list[Box]:
    """The lines of a box-drawing character (U+2500 to U+257F), from the middle of the cell to its
    edges; none for any other character, and for diagonals. Arcs are drawn as corners."""
    weights, dashes = _lines_of(character)
    column, row = (box.left + box.right) // 2, (box.top + box.bottom) // 2
    drawn: list[Box] = []
    for side, weight in weights.items():
        for near, far in {"LIGHT": [(0, 1)], "HEAVY": [(-1, 2)], "DOUBLE": [(-2, -1), (2, 3)]}[
            weight
        ]:
            reach = max(1, far)
            drawn += {
                "LEFT": _dashed(Box(box.left, row + near, column + reach, row + far), dashes),
                "RIGHT": _dashed(Box(column, row + near, box.right, row + far), dashes),
                "UP": _dashed(Box(column + near, box.top, column + far, row + reach), dashes),
                "DOWN": _dashed(Box(column + near, row, column + far, box.bottom), dashes),
            }[side]
    return drawn


@cache
def _lines_of(character: str) -> tuple[dict[str, str], int]:
    """Each side that a line goes to with its weight, and into how many dashes a line across the
    cell is cut. Unicode's name says it: BOX DRAWINGS VERTICAL HEAVY AND RIGHT LIGHT."""
    name = unicodedata.name(character[0], "")
    if not name.startswith("BOX DRAWINGS ") or "DIAGONAL" in name:
        return {}, 1
    dashes = 1
    for words, count in _DASHES.items():
        if words in name:
            name, dashes = name.replace(words, ""), count
    weight = ""
    weights: dict[str, str] = {}
    for part in name.removeprefix("BOX DRAWINGS ").replace("SINGLE", "LIGHT").split(" AND "):
        named = re.search("LIGHT|HEAVY|DOUBLE", part)
        weight = named[0] if named else weight
        for direction in re.findall("HORIZONTAL|VERTICAL|LEFT|RIGHT|UP|DOWN", part):
            for side in _SIDES.get(direction, (direction,)):
                weights[side] = weight
    return weights, dashes


def _dashed(line: Box, dashes: int) -> list[Box]:
    """The half of a line, cut into half as many dashes, with a gap after each."""
    if dashes == 1:
        return [line]
    across = line.right - line.left > line.bottom - line.top
    start, end = (line.left, line.right) if across else (line.top, line.bottom)
    length = max(2, (end - start) * 2 // dashes)
    spans = [(at, min(end, at + length) - 1) for at in range(start, end - 1, length)]
    if across:
        return [line._replace(left=first, right=last) for first, last in spans]
    return [line._replace(top=first, bottom=last) for first, last in spans]


def blocks(character: str, box: Box) -> list[Box]:
    """The filled parts of a block element (U+2580 to U+259F); none for any other character."""
    name = unicodedata.name(character[0], "")
    if name == "FULL BLOCK":
        return [box]
    width, height = box.right - box.left, box.bottom - box.top
    if name.startswith("QUADRANT "):
        return [
            Box(
                box.left + width // 2 * right,
                box.top + height // 2 * low,
                box.right if right else box.left + width // 2,
                box.bottom if low else box.top + height // 2,
            )
            for corner, (right, low) in _CORNERS.items()
            if corner in name
        ]
    part = re.fullmatch(r"(UPPER|LOWER|LEFT|RIGHT) (.+) BLOCK", name)
    if not part or part[2] not in _EIGHTHS:
        return []
    across, down = (max(1, round(size * _EIGHTHS[part[2]] / 8)) for size in (width, height))
    return [
        {
            "UPPER": box._replace(bottom=box.top + down),
            "LOWER": box._replace(top=box.bottom - down),
            "LEFT": box._replace(right=box.left + across),
            "RIGHT": box._replace(left=box.right - across),
        }[part[1]]
    ]


def _font(file: str) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(file, FONT_SIZE)
    except OSError:
        sys.exit("Pictures need the font DejaVu Sans Mono: apt-get install fonts-dejavu-core")


def _colours(cell: Char) -> tuple[str, str]:
    """The foreground and background in which a cell is seen."""
    foreground, background = _colour(cell.fg, FOREGROUND), _colour(cell.bg, BACKGROUND)
    if cell.reverse:
        foreground, background = background, foreground
    if cell.blink:
        foreground = _mix(foreground, background, DIM)
    return foreground, background


def _colour(name: str, default: str) -> str:
    if re.fullmatch("[0-9a-f]{6}", name):
        return f"#{name}"
    return NAMED.get(name, default)


def _mix(one: str, other: str, share: float) -> str:
    """The colour that stands `share` of the way from one to the other."""
    pairs = ((int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
