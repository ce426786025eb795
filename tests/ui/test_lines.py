from __future__ import annotations

from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.lines import chip, fit, foreign, line, rule, spread, wrapped


def test_a_line_is_cut_and_padded_by_cells() -> None:
    assert fit(line("abcdef"), 4).plain == "abc…"
    assert fit(line("ab"), 4).plain == "ab  "
    assert fit(line("漢字漢字"), 5).cell_length == 5
    assert fit(line("abc"), 0).plain == ""


def test_the_left_gives_way_to_the_right() -> None:
    assert spread(line("left"), line("right"), 12).plain == "left   right"
    assert spread(line("a long left"), line("right"), 12).plain == "a lon… right"
    assert spread(line("left"), line(""), 6).plain == "left  "
    assert spread(line("left"), line("much too long"), 8).plain == "much to…"


def test_what_others_wrote_is_neither_markup_nor_escapes() -> None:
    assert foreign("[red]x[/] [/]").plain == "[red]x[/] [/]"
    assert foreign("\x1b[31mred\x1b[0m\x00").plain == "red␀"


def test_a_rule_fills_its_line() -> None:
    assert rule("output", 10).plain == "output ───"
    assert rule("a title too long", 10).plain == "a title t…"


def test_a_chip_has_air_around_its_key() -> None:
    assert chip("m").plain == " m "


def test_text_is_wrapped_at_words() -> None:
    assert [one.plain for one in wrapped(line("one two three"), 8)] == ["one two", "three"]


def test_cells_are_covered_by_what_is_put_later() -> None:
    cells = Cells(8)
    cells.put(0, "abcdefgh")
    cells.put(2, "XY", "bold")
    cells.put_right(8, "Z")
    assert cells.content().plain == "abXYefgZ"


def test_no_half_of_a_wide_character_is_left() -> None:
    cells = Cells(6)
    cells.put(0, "漢字")
    cells.put(1, "x")
    assert cells.content().plain == " x字  "
    cells.put(2, "y")
    assert cells.content().plain == " xy   "


def test_what_does_not_fit_is_left_out() -> None:
    cells = Cells(3)
    cells.put(-1, "abcdef")
    cells.put(2, "漢")
    assert cells.content().plain == "bcd"


def test_a_mark_without_a_cell_joins_the_character_before_it() -> None:
    cells = Cells(3)
    cells.put(0, "e\u0301x")
    assert cells.content().plain == "e\u0301x "


def test_a_text_is_cut_by_cells() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("漢字漢字", 5) == "漢字…"
    assert cut("abc", 0) == ""
    assert cell_length("漢x") == 3
