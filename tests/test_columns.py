"""Cutting and wrapping text by the columns that it takes."""

from __future__ import annotations

import pytest

from ipcviz.columns import columns, cut, wrapped


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("word", 4, "word"),
        ("words", 4, "wor…"),
        ("漢字", 4, "漢字"),
        ("漢字漢", 4, "漢…"),
    ],
)
def test_what_does_not_fit_is_cut(text: str, width: int, shown: str) -> None:
    assert cut(text, width) == shown


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("one two", ["one two"]),
        ("one two three", ["one two", "three"]),
        ("漢字 漢字 漢字", ["漢字", "漢字", "漢字"]),
        ("a/path/that/is/long is", ["a/path/that/is/long", "is"]),
    ],
)
def test_words_are_wrapped_and_never_cut(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines


def test_wide_characters_take_two_columns() -> None:
    assert (columns("abc"), columns("a漢"), columns("")) == (3, 3, 0)
