from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcviz import text

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;a title\x07after", "after"),
        ("\x1b]8;;http://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b[2J\x1b[Hhome", "home"),
        ("half an escape \x1b", "half an escape ␛"),
        ("bell\x07 null\x00 return\r", "bell␇ null␀ return␍"),
        ("\x9b31mC1", "�31mC1"),
        ("right\u202eto left", "right�to left"),
        ("a\tb", "a       b"),
        ("[red]markup[/]", "[red]markup[/]"),
    ],
)
def test_what_could_move_the_cursor_is_taken_out_or_made_visible(
    hostile: str, harmless: str
) -> None:
    assert text.clean(hostile) == harmless


@given(st.text())
def test_no_cleaned_text_holds_a_control_character(anything: str) -> None:
    kinds = {unicodedata.category(character) for character in text.clean(anything)}
    assert kinds.isdisjoint({"Cc", "Cs", "Zl", "Zp"})


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("é\n".encode(), "é\n"),
        (b"a\xff", r"a\xff"),
        (rb"a\xff", r"a\x5cxff"),
        (rb"\n \xgg \\", r"\n \xgg \\"),
        (b"\\\xff", r"\\xff"),
    ],
)
def test_bytes_are_told_as_text(data: bytes, told: str) -> None:
    assert text.escaped(data) == told
    assert text.unescaped(told) == data


@given(st.lists(st.one_of(st.binary(), st.sampled_from([b"\\", b"\\x", b"5c", b"\xc3"]))))
def test_no_byte_is_mistaken_in_text(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    assert text.unescaped(text.escaped(data)) == data


def test_text_for_a_person_keeps_the_backslashes_that_were_there() -> None:
    assert text.readable(b"\\xff \xff") == r"\xff \xff"


@pytest.mark.parametrize(
    ("nanoseconds", "words"),
    [
        (41_000, "41 us"),
        (6_100_000, "6 ms"),
        (6_147_000_000, "6.15 s"),
        (41 * SECOND, "41 s"),
        (125 * SECOND, "2 min 5 s"),
        (3 * 3600 * SECOND + 120 * SECOND, "3 h 2 min"),
    ],
)
def test_durations_have_the_unit_that_fits(nanoseconds: int, words: str) -> None:
    assert text.duration(nanoseconds) == words


def test_a_clock_shows_hours_only_where_there_are_some() -> None:
    assert text.clock(61 * SECOND) == "01:01"
    assert text.clock(3661 * SECOND) == "1:01:01"


@pytest.mark.parametrize(
    ("count", "words"), [(104, "104 B"), (65536, "64.0 KiB"), (3 << 20, "3.0 MiB")]
)
def test_small_sizes_are_exact(count: int, words: str) -> None:
    assert text.bytes_text(count) == words
