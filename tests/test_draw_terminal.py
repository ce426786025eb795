"""In a picture of a terminal, lines and blocks meet those of the cells beside them."""

from __future__ import annotations

import unicodedata

import pytest

from draw_terminal import Box, blocks, strokes

CELL = Box(8, 17, 16, 34)
LINES = [
    character
    for character in map(chr, range(0x2500, 0x2580))
    if "DIAGONAL" not in unicodedata.name(character)
]
BLOCKS = [character for character in map(chr, range(0x2580, 0x25A0)) if character not in "░▒▓"]


def extent(parts: list[Box]) -> Box:
    """The least rectangle around them all."""
    lefts, tops, rights, bottoms = zip(*parts, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


def test_a_line_reaches_the_sides_that_its_name_says() -> None:
    for character in LINES:
        words = unicodedata.name(character).split()
        around = extent(strokes(character, CELL))
        across, down = "HORIZONTAL" in words, "VERTICAL" in words
        assert (around.left == CELL.left) == (across or "LEFT" in words), words
        assert (around.top == CELL.top) == (down or "UP" in words), words
        if "DASH" not in words:
            assert (around.right == CELL.right) == (across or "RIGHT" in words), words
            assert (around.bottom == CELL.bottom) == (down or "DOWN" in words), words


@pytest.mark.parametrize("dashes", ["─┄┈╌", "━┅┉╍"])
def test_dashes_leave_gaps(dashes: str) -> None:
    solid, *broken = (sum(part.right - part.left for part in strokes(c, CELL)) for c in dashes)
    assert all(length < solid for length in broken)


def test_a_block_touches_the_edges_that_it_is_named_after() -> None:
    for character in BLOCKS:
        name = unicodedata.name(character)
        around = extent(blocks(character, CELL))
        assert around.left == CELL.left or "LEFT" not in name, name
        assert around.right == CELL.right or "RIGHT" not in name, name
        assert around.top == CELL.top or "UPPER" not in name, name
        assert around.bottom == CELL.bottom or "LOWER" not in name, name
        assert CELL.left <= around.left < around.right <= CELL.right, name
        assert CELL.top <= around.top < around.bottom <= CELL.bottom, name


def test_other_characters_are_left_to_the_font() -> None:
    assert not any(part for character in "a●╱ " for part in strokes(character, CELL))
    assert not any(part for character in "a■░ " for part in blocks(character, CELL))
