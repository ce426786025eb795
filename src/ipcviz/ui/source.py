"""The text of a program, as a pane shows it."""

from __future__ import annotations

import re
from pathlib import Path

from ipcviz.text import clean

_BYTES_AT_MOST = 200_000
_DEFINES = re.compile(r"(async )?def |class |@")


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
    """Of a Python script, what stands after its definitions: they only prepare what it does. A
    script that then only calls one of them begins with its `def main`; any other, at the top."""
    definitions = [number for number, text in enumerate(lines) if _DEFINES.match(text)]
    if not definitions:
        return 0
    after = [
        number
        for number, text in enumerate(lines)
        if number > definitions[-1] and text and not text[0].isspace() and text[0] not in ")]}#"
    ]
    if after and not lines[after[0]].startswith("if __name__"):
        return after[0]
    mains = [number for number in definitions if "def main" in lines[number]]
    return mains[0] if mains else definitions[0]
