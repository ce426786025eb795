"""The text of a program, as a pane shows it."""

from __future__ import annotations

import re
from pathlib import Path

from ipcviz.text import clean

_BYTES_AT_MOST = 200_000
_PREPARES = re.compile(r"import |from .+ import |(async )?def |class |@")


def program_text(path: str | None) -> list[tuple[int, str]]:
    """The numbered lines of a program from where its own flow begins; none where it cannot be
    read. Every line is cleaned."""
    if path is None:
        return []
    try:
        with Path(path).open("rb") as file:
            text = file.read(_BYTES_AT_MOST).decode(errors="replace")
    except OSError:
        return []
    if "\0" in text:
        return []
    lines = [clean(one.rstrip()) for one in text.split("\n")]
    begin = _flow_begins(lines)
    return list(enumerate(lines, 1))[begin:]


def _flow_begins(lines: list[str]) -> int:
    """Of a Python script, what stands after its imports and definitions: they only prepare what
    it does. One that then only calls a function begins with its `def main`; any other text, at
    the top."""
    prepared = [number for number, text in enumerate(lines) if _PREPARES.match(text)]
    if not prepared:
        return 0
    flow = [
        number
        for number, text in enumerate(lines)
        if number > prepared[-1] and text and not text[0].isspace() and text[0] not in ")]}#"
    ]
    if flow and not lines[flow[0]].startswith("if __name__"):
        return flow[0]
    mains = [number for number in prepared if lines[number].startswith("def main")]
    return mains[0] if mains else 0
