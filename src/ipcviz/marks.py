"""The marks: one sign for each state and thing, wherever they are shown.

Some of the signs are two cells wide in East Asian locales, and none is in ASCII: where the
terminal cannot show them, or IPCVIZ_ASCII is set, letters stand for them.
"""

from __future__ import annotations

import functools
import locale
import os

SIGNS = {
    "running": ("●", "*"),
    "ready": ("○", "o"),
    "sleeping": ("◦", "."),
    "blocked": ("■", "#"),
    "stopped": ("‖", "|"),
    "zombie": ("z", "z"),
    "exited": ("✓", "+"),
    "failed": ("✗", "x"),
    "killed": ("†", "k"),
    "not started": ("·", "-"),
    "signal": ("↯", "!"),
    "bytes": ("▮", "="),
    "output": ("›", ">"),
    "pending": ("◌", "o"),
    "difference": ("≠", "!"),
    "error": ("✗", "x"),
    "warning": ("!", "!"),
    "info": ("i", "i"),
    "over": ("✓", "+"),
}
"""State or thing -> its sign, and the letter for it in ASCII."""

COLOURS = {
    "running": "green",
    "ready": "blue",
    "blocked": "yellow",
    "stopped": "magenta",
    "zombie": "magenta",
    "failed": "red",
    "killed": "red",
    "signal": "magenta",
    "pending": "magenta",
    "bytes": "cyan",
    "difference": "yellow",
    "error": "red",
    "warning": "yellow",
    "info": "blue",
    "over": "green",
}
"""State or thing -> the colour of its sign where lines are printed, if it has one."""


@functools.cache
def ascii_only() -> bool:
    """Whether letters must stand for the signs: IPCVIZ_ASCII is set, or the locale's encoding is
    not UTF-8."""
    if os.environ.get("IPCVIZ_ASCII"):
        return True
    return locale.getencoding().lower().replace("-", "") != "utf8"


def mark(name: str) -> str:
    """The sign of a state or thing, as this terminal can show it; "" for a name without one."""
    sign, letter = SIGNS.get(name, ("", ""))
    return letter if ascii_only() else sign
