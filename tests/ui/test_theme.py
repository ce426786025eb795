from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from ipcviz.ui.ascii import AsciiFilter
from ipcviz.ui.theme import DARK, LIGHT, THEMES, shades

OURS = ("quiet", "faint", "frame", "waiting-band", "failed-band", "held-band", "cursor")


@pytest.mark.parametrize("theme", [*THEMES, *BUILTIN_THEMES.values()], ids=lambda one: one.name)
def test_every_theme_has_the_colours_that_are_drawn_with(theme: Theme) -> None:
    colours = shades(theme) | theme.variables
    for name in OURS:
        Color.parse(colours[name])


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda one: one.name)
def test_words_can_be_read_on_their_bands(theme: Theme) -> None:
    colours = theme.to_color_system().generate() | shades(theme) | theme.variables
    pairs = [
        ("foreground", "background"),
        ("quiet", "background"),
        ("warning", "background"),
        ("on-waiting", "waiting-band"),
        ("on-failed", "failed-band"),
        ("on-held", "held-band"),
        ("on-cursor", "cursor"),
        ("chip", "chip-ground"),
    ]
    for text, ground in pairs:
        assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)


def contrast(one: str, other: str) -> float:
    """The ratio of luminances by which WCAG 2 judges whether text can be read; 4.5 is enough."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(channel) for channel in Color.parse(colour).rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_letters_stand_for_signs_cell_for_cell() -> None:
    segments = [Segment("╭─ main ─╮ ●─┤  █├▸■ …"), Segment("plain"), Segment("漢x")]
    background = Color.parse("black")
    told = [one.text for one in AsciiFilter().apply(segments, background)]
    assert told == ["+- main -+ *-+  #+># ~", "plain", "??x"]
