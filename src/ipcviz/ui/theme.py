"""The colours: our two themes, and the shades that ours need beside those of any theme."""

from __future__ import annotations

from textual.color import Color
from textual.theme import Theme

DARK = Theme(
    name="ipcviz-dark",
    primary="#7aa2f7",
    secondary="#93dae4",
    accent="#dab7f1",
    success="#b5de9d",
    warning="#f5cd92",
    error="#f9a4b4",
    foreground="#d5d9e4",
    background="#0e1016",
    surface="#14171f",
    panel="#1c202b",
    variables={
        "quiet": "#898c95",
        "faint": "#595c64",
        "frame": "#353b4d",
        "handle": "#2a2f3d",
        "cursor": "#26324f",
        "waiting-band": "#5a431f",
        "failed-band": "#5a2328",
        "held-band": "#453755",
    },
)
LIGHT = Theme(
    name="ipcviz-light",
    dark=False,
    primary="#2f5fc4",
    secondary="#074b57",
    accent="#5b267a",
    success="#285014",
    warning="#794800",
    error="#7e1928",
    foreground="#20242e",
    background="#fbfaf7",
    surface="#f3f1eb",
    panel="#e9e6dd",
    variables={
        "quiet": "#6b6d73",
        "faint": "#a7a8aa",
        "frame": "#c9c4b6",
        "handle": "#d9d5c9",
        "cursor": "#d3def5",
        "waiting-band": "#f1dcb6",
        "failed-band": "#e9babf",
        "held-band": "#e2d3ec",
    },
)
THEMES = (DARK, LIGHT)

_SHADES = {"quiet": 0.62, "faint": 0.38, "frame": 0.22, "handle": 0.18}
"""Greys: how much of the foreground is left on the background."""
_BANDS = {
    "cursor": "primary",
    "waiting-band": "warning",
    "failed-band": "error",
    "held-band": "accent",
}
_BAND = 0.28
"""How much of its colour a band has."""
_ANSI = {
    "quiet": "ansi_default",
    "faint": "ansi_bright_black",
    "frame": "ansi_bright_black",
    "handle": "ansi_bright_black",
    "chip": "ansi_black",
    "chip-ground": "ansi_white",
    "cursor": "ansi_blue",
    "on-cursor": "ansi_bright_white",
    "waiting-band": "ansi_yellow",
    "failed-band": "ansi_red",
    "held-band": "ansi_magenta",
    "on-waiting": "ansi_black",
    "on-failed": "ansi_black",
    "on-held": "ansi_black",
}
"""In sixteen colours nothing can be mixed: a band is its colour in full, with black on it."""


def shades(theme: Theme) -> dict[str, str]:
    """The colours that our stylesheet and drawings use, for a theme that does not name them."""
    if theme.ansi:
        return dict(_ANSI)
    colours = theme.to_color_system().generate()
    background = Color.parse(colours["background"])
    foreground = Color.parse(colours["foreground"])

    def mixed(colour: Color, share: float) -> str:
        return background.blend(colour, share, alpha=1).hex6

    greys = {name: mixed(foreground, share) for name, share in _SHADES.items()}
    bands = {name: mixed(Color.parse(colours[of]), _BAND) for name, of in _BANDS.items()}
    texts = {
        "chip": colours["background"],
        "chip-ground": colours["foreground"],
        "on-cursor": colours["foreground"],
        "on-waiting": colours["warning"],
        "on-failed": colours["error"],
        "on-held": colours["accent"],
    }
    return greys | bands | texts
