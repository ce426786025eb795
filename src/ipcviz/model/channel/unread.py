"""A message in a pipe, and the writes and reads that it is told by."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from ipcviz.events import DATA_AT_MOST
from ipcviz.model.channel.framing import Piece
from ipcviz.model.channel.message import Message
from ipcviz.text import readable

PIPE_BUF = 4096
"""A write of so many bytes stands together in the pipe; the parts of a larger one may be mixed
with those of others (pipe(7))."""


class Write(Struct, frozen=True):
    """A write that put `size` bytes into the pipe, of which `data` are the first."""

    size: int
    data: bytes
    writer: int | None
    began: int
    t: int


class Read(Struct, frozen=True):
    """A read that took `size` bytes out of the pipe, of which `data` are the first."""

    size: int
    data: bytes
    reader: int | None
    t: int

    def without(self, size: int) -> Read:
        """What is left of it after its first bytes."""
        return replace(self, size=self.size - size, data=self.data[size:])


class Unread(Struct, frozen=True, gc=False):
    """A message in the pipe, or what is left of it.

    message: null for a line's end whose message was told before it.
    together: its bytes are one after the other in the pipe, and can be compared with a read's.
    touched: when the latest read took from it.
    """

    message: Message | None
    data: bytes
    left: int
    together: bool
    touched: int = -1

    @property
    def rest(self) -> bytes:
        """Its next bytes, as far as they are known."""
        size = self.message.size if self.message is not None else 1
        return self.data[size - self.left :] if size != self.left else self.data

    def agrees(self, data: bytes, offset: int) -> bool:
        """Whether what is known of it and what a read is known to have taken, from this offset
        on, can be the same bytes."""
        rest = self.rest
        if len(data) - offset >= len(rest):
            return data.startswith(rest, offset)
        return rest.startswith(data[offset:])

    def extended(self, write: Write, piece: Piece) -> Unread:
        """It goes on with this piece of a write."""
        message = self.message
        assert message is not None
        data = (self.data + piece.data)[:DATA_AT_MOST] if message.whole else self.data
        size = message.size + piece.size
        message = replace(
            message,
            size=size,
            text=readable(data),
            whole=len(data) == size,
            writer=write.writer,
            written=write.t,
            unfinished=piece.end == "open",
        )
        left = self.left + piece.size
        together = self.together and write.size <= PIPE_BUF
        return replace(self, message=message, data=data, left=left, together=together)


class Unplaced(Struct, frozen=True):
    """Bytes that were written at a place in the stream that is not known, until a read tells."""

    size: int
    writer: int | None
    t: int
