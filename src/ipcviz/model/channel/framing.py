"""Where one message ends and the next begins."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ipcviz.events import Framing

End = Literal["seen", "presumed", "open"]
"""Of a message: its end is there; it is taken to end with its write, whose last bytes were not
kept; or it has not ended yet."""


class Piece(NamedTuple):
    """A part of one write that belongs to one message: its size in bytes, and as much of its
    contents as was kept."""

    size: int
    data: bytes
    end: End


def cut(framing: Framing, size: int, data: bytes) -> list[Piece]:
    """Cut what one write carried at the ends of messages. `data`: its first bytes."""
    if framing == "raw":
        return [Piece(size, data, "seen")]
    pieces = []
    begin = 0
    while begin < size:
        end = data.find(b"\n", begin) + 1
        if not end:
            kept = data[begin:]
            pieces.append(Piece(size - begin, kept, "open" if size == len(data) else "presumed"))
            break
        pieces.append(Piece(end - begin, data[begin:end], "seen"))
        begin = end
    return pieces
