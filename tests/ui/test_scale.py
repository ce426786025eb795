from __future__ import annotations

from itertools import pairwise

import pytest

from ipcviz.ui.scale import Scale

SECOND = 1_000_000_000


@pytest.mark.parametrize("width", [1, 7, 100])
@pytest.mark.parametrize("span", [100, 1_000_003, 60 * SECOND])
def test_every_moment_stands_in_the_cell_that_holds_it(width: int, span: int) -> None:
    scale = Scale(12_345, span, width)
    assert scale.cell(scale.start) == 0
    assert scale.cell(scale.end) == width
    for cell in range(width):
        begin = scale.begin(cell)
        assert scale.cell(begin) == cell
        assert scale.cell(begin - 1) == cell - 1
        assert scale.cell(scale.middle(cell)) == cell


@pytest.mark.parametrize(
    ("start", "span", "figures"),
    [
        (0, 14, ["0 s", "2 s", "4 s", "6 s", "8 s", "10 s", "12 s"]),
        (0, 1, ["0.0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s"]),
        (9.35, 0.006, ["9.350 s", "9.351 s", "9.352 s", "9.353 s", "9.354 s", "9.355 s"]),
        (100, 30, ["100 s", "105 s", "110 s", "115 s", "02:00", "02:05"]),
        (0, 600, ["00:00", "02:00", "04:00", "06:00", "08:00"]),
        (0, 3 * 86_400, ["00:00", "12:00:00", "24:00:00", "36:00:00", "48:00:00", "60:00:00"]),
    ],
)
def test_an_axis_has_round_figures(start: float, span: float, figures: list[str]) -> None:
    scale = Scale(int(start * SECOND), int(span * SECOND), 80)
    told = [text for _, text in scale.figures()]
    assert told[: len(figures)] == figures
    assert len(told) <= len(figures) + 1


@pytest.mark.parametrize("span", [10**power * 3 for power in range(6, 16)])
@pytest.mark.parametrize("width", [40, 66, 180])
def test_figures_do_not_touch(span: int, width: int) -> None:
    figures = list(Scale(7 * SECOND, span, width).figures())
    for (cell, text), (following, _) in pairwise(figures):
        assert cell + len(text) + 2 <= following
    assert all(cell + len(text) < width for cell, text in figures)


def test_the_words_for_what_is_in_view() -> None:
    assert Scale(0, 14 * SECOND, 10).text == "0.0 s to 14.0 s"
    assert Scale(9_352_000_000, 1_000_000, 10).text == "9.35200 s to 9.35300 s"
