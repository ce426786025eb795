"""A mistake in a scenario file, and the word that was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from ipcviz.text import clean

if TYPE_CHECKING:
    from pathlib import Path

KeyPath = tuple[str | int, ...]
"""Where something stands in a file: ("steps", 2, "do")."""


class Mistake(NamedTuple):
    """What is wrong at a place of the file."""

    path: KeyPath
    text: str


def dotted(path: KeyPath) -> str:
    """The path as a person writes it: `steps[2].do`."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")


def located(file: Path | str, line: int | None, sentence: str) -> str:
    """A line of an error message: FILE:LINE: SENTENCE, safe to print."""
    where = f"{file}" if line is None else f"{file}:{line}"
    return clean(f"{where}: {sentence}")


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The one of `words` that was probably meant by `word`."""
    from difflib import get_close_matches  # late: only a mistake needs it

    return next(iter(get_close_matches(word, list(words), n=1)), None)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """`; did you mean "..."?`, or, where nothing is near, `; known are ...`."""
    known = sorted(words)
    near = nearest(word, known)
    if near:
        return f'; did you mean "{near}"?'
    return f"; known: {', '.join(known)}" if known else "; there are none"
