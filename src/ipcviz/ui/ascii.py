"""Letters for the signs of the screen, where the terminal or its locale cannot show them."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from ipcviz.marks import SIGNS

_LETTERS = {
    **dict(SIGNS.values()),
    **dict.fromkeys("─┈▃▄▔", "-"),
    **dict.fromkeys("│┃║═┊╎┆▌▐▎▊", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘┏┓┗┛├┤┠┨┣┫", "+"),
    **dict.fromkeys("▸▹›→", ">"),
    **dict.fromkeys("◂◃‹←", "<"),
    **dict.fromkeys("▅▆█▒", "#"),
    **dict.fromkeys("▁▂", "_"),
    **dict.fromkeys("╌…", "~"),
    "━": "=",
    "▓": "X",
    "┄": ".",
    "▾": "v",
    "▴": "^",
    "◌": "o",
}


class AsciiFilter(LineFilter):
    """Replaces every character beyond ASCII, cell for cell."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments in ASCII alone."""
        return [
            segment if segment.text.isascii() else Segment(_ascii(segment.text), *segment[1:])
            for segment in segments
        ]


def _ascii(text: str) -> str:
    return "".join(
        character if character.isascii() else _LETTERS.get(character, "?" * cell_len(character))
        for character in text
    )
