"""A message in a pipe, and the writes and reads that it is told by."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from ipcviz.events import DATA_AT_MOST
from ipcviz.model.channel.framing import Piece
from ipcviz.model.channel.message import Message
from ipcviz.text import readable

PIPE_BUF = 4096
"""A write of so many bytes stands together in the pipe; the parts of a larger one may be mixed
with those of others (pipe(7))."""

_SEARCHED = 8
"""How many messages a read is compared with."""


class Write(Struct, frozen=True):
    """A write that put `size` bytes into the pipe, of which `data` are the first. `counted`: no
    call told it, only the sum of the bytes, at `t`."""

    size: int
    data: bytes
    writer: int | None
    began: int
    t: int
    counted: bool = False


class Read(Struct, frozen=True):
    """A read that took `size` bytes out of the pipe, of which `data` are the first. `counted`: as
    of a write."""

    size: int
    data: bytes
    reader: int | None
    t: int
    counted: bool = False

    def without(self, size: int) -> Read:
        """What is left of it after its first bytes."""
        return replace(self, size=self.size - size, data=self.data[size:])

    def then(self, later: Read) -> Read:
        """This one and the next as if they were one."""
        whole = len(self.data) == self.size
        data = (self.data + later.data)[:DATA_AT_MOST] if whole else self.data
        counted = self.counted or later.counted
        t = max(self.t, later.t)
        return Read(self.size + later.size, data, later.reader, t, counted)


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

    def began_before(self, t: int) -> bool:
        """Whether a read that returned at `t` can have taken from it."""
        return self.message is None or self.message.began <= t

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
    """Bytes that were written until `t` at a place in the stream that is not known, until a read
    tells."""

    size: int
    writer: int | None
    t: int


def taken_from(unread: Iterable[Unread], read: Read, offset: int, by_contents: bool) -> int | None:
    """The message, of these in the order of their writes, that this part of a read was taken from:
    the first that began before the read returned and, `by_contents`, agrees with it; null where
    none of the first few does. A torn one cannot be compared: it is taken if it is the first."""
    for index, one in enumerate(islice(unread, _SEARCHED)):
        if not one.left or not one.began_before(read.t):
            continue
        if not by_contents or (not one.together and index == 0):
            return index
        if one.together and (one.rest or index == 0) and one.agrees(read.data, offset):
            return index
    return None
