"""Cuts what a program writes into lines."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from ipcviz.text import readable

LONGEST = 4096
"""Characters of a line that are kept. A byte that is not UTF-8 counts as one."""


class Piece(NamedTuple):
    """A line or a part of one, without its line end. `lost` bytes of the line were left out."""

    text: str
    lost: int = 0


class Passed(NamedTuple):
    """Lines that nobody wanted: how many, and their bytes."""

    lines: int
    bytes: int


class Lines:
    """The lines of one stream of bytes. Of the line that has not ended it holds at most LONGEST
    characters, and counts the rest."""

    def __init__(self) -> None:
        # Bytes that are not UTF-8 stay one character each until they are given out.
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._text = ""
        self._room = LONGEST
        self._lost = 0
        self._given = False

    @property
    def pending(self) -> bool:
        """Whether there is text of a line that has not ended."""
        return bool(self._text)

    def feed(self, data: bytes, most: int) -> tuple[list[Piece], Passed]:
        """At most `most` lines that ended in `data`, and the count of those beyond."""
        *ended, rest = data.split(b"\n", most)
        pieces = []
        for line in ended:
            self._add(line, final=True)
            if self._text or self._lost or not self._given:
                pieces.append(Piece(_printable(self._text), self._lost))
            self._begin()
        beyond, end, rest = rest.rpartition(b"\n")
        if not end:
            self._add(rest, final=False)
            return pieces, Passed(0, 0)
        kept = len(_encode(self._text)) + self._undecoded()
        passed = Passed(beyond.count(b"\n") + 1, kept + self._lost + len(beyond) + 1)
        self._begin()
        self._add(rest, final=False)
        return pieces, passed

    def flush(self) -> Piece:
        """What there is of a line that has not ended."""
        self._given = True
        text, self._text = self._text, ""
        return Piece(_printable(text))

    def end(self) -> Piece | None:
        """The last line, if the stream ended without a line end."""
        self._add(b"", final=True)
        last = Piece(_printable(self._text), self._lost)
        self._begin()
        return last if last.text or last.lost else None

    def _add(self, data: bytes, final: bool) -> None:
        if self._room:
            text = self._decoder.decode(data, final)
            self._text += text[: self._room]
            self._lost += len(_encode(text[self._room :]))
            self._room = max(0, self._room - len(text))
            if not self._room:
                self._lost += self._undecoded()
                self._decoder.reset()
        else:
            self._lost += len(data)

    def _undecoded(self) -> int:
        """Bytes of a character that is not complete."""
        return len(self._decoder.getstate()[0])

    def _begin(self) -> None:
        self._decoder.reset()
        self._text = ""
        self._room = LONGEST
        self._lost = 0
        self._given = False


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _printable(text: str) -> str:
    return readable(_encode(text))
