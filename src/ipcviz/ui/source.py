"""The text of a program, and the part of it that a pane shows."""

from __future__ import annotations

import os
import re
import stat
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ipcviz.text import clean

_BYTES_AT_MOST = 200_000
_CONTEXT = 2
"""Lines that stay in view above and below the current one."""
_PREPARES = re.compile(r"import |from .+ import |(async )?def |class |@")

Place = tuple[str, int]
"""A file, and the number of a line in it, from 1."""


class Source(NamedTuple):
    """The lines of a program, every one cleaned, and the index of that from which its own flow
    begins."""

    lines: tuple[str, ...] = ()
    begin: int = 0

    def part(self, count: int, current: int | None = None) -> list[tuple[int, str]]:
        """So many lines with their numbers, from where the flow begins; or where the line with the
        number `current` would be out of view then, with that line in the middle."""
        begin, count = self.begin, max(0, count)
        if current is not None:
            context = min(_CONTEXT, (count - 1) // 2)
            if not begin < current <= begin + count - context:
                begin = current - 1 - count // 2
            begin = max(0, min(begin, len(self.lines) - count))
        return list(enumerate(self.lines[begin : begin + count], begin + 1))


class Shown(NamedTuple):
    """What is shown of a program: its own text, or that of another file of its, whose name is
    told then; and the number of the current line, where that is known."""

    source: Source
    current: int | None = None
    other: str = ""


def shown(program: str | None, place: Place | None) -> Shown:
    """The text around `place`, if that is in the program or in a module beside it; else the
    program's."""
    if program is None:
        return Shown(Source())
    found = _found(program, place[0]) if place is not None else None
    if place is not None and found is not None:
        path, other = found
        source = source_of(path)
        if 0 < place[1] <= len(source.lines):
            return Shown(source, place[1], other)
    return Shown(source_of(program))


@lru_cache(maxsize=64)
def _found(program: str, file: str) -> tuple[str, str] | None:
    """The path of the file, and where it is not the program itself its name as seen from there;
    nothing where it lies elsewhere."""
    if "\0" in file:
        return None
    program = os.path.realpath(program)
    folder = os.path.dirname(program)
    path = os.path.realpath(os.path.join(folder, file))
    if not path.startswith(os.path.join(folder, "")):
        return None
    return path, "" if path == program else os.path.relpath(path, folder)


def source_of(path: str) -> Source:
    """The text of a file as it stands; none where it cannot be read or is no text."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):  # to open a FIFO would disturb who waits for it
            return Source()
        return _read(path, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        return Source()


@lru_cache(maxsize=32)
def _read(path: str, _changed: int, _size: int) -> Source:
    with Path(path).open("rb") as file:
        text = file.read(_BYTES_AT_MOST).decode(errors="replace")
    if "\0" in text:
        return Source()
    lines = tuple(clean(one.rstrip()) for one in text.split("\n"))
    return Source(lines, _flow_begins(lines))


def _flow_begins(lines: tuple[str, ...]) -> int:
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
