"""How much room text takes on a terminal."""

from __future__ import annotations

from unicodedata import east_asian_width


def columns(text: str) -> int:
    """How many columns a terminal needs for it."""
    if text.isascii():
        return len(text)
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)


def cut(text: str, width: int) -> str:
    """The beginning of the text that fits, with `…` where something is left out."""
    if columns(text) <= width:
        return text
    while columns(text) >= width:
        text = text[: -max(1, (columns(text) - width) // 2)]
    return text + "…"


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines that fit, as far as its words let it; at least one."""
    lines: list[str] = []
    for word in text.split():
        if lines and columns(lines[-1]) + 1 + columns(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]
