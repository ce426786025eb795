"""The messages of one channel, from the write that carried each to the read that took it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import islice

from msgspec.structs import replace

from ipcviz.events import DATA_AT_MOST, Framing
from ipcviz.model.channel.framing import Piece, cut
from ipcviz.model.channel.hooks import Hooks
from ipcviz.model.channel.message import Message
from ipcviz.model.channel.unread import PIPE_BUF, Read, Unplaced, Unread, Write
from ipcviz.text import readable

UNREAD_AT_MOST = 65_536
"""Messages that are followed in one pipe, which is as many as fit into one of the usual size.
Beyond them the oldest is taken to be read, by nobody known."""
AHEAD_AT_MOST = 1_000
"""Reads that wait for the write that they took from to be told. Beyond them the oldest is taken to
have read what nobody told."""
_SEARCHED = 64
"""How many messages a read is compared with, when it did not take the oldest."""


@dataclass
class Transit:
    """Follows messages through one pipe. Every method returns those that it brought forward.

    A read takes the oldest message, unless what it read says that it took another: records of two
    writers may come in another order than their bytes, and a read's before its write's. So bytes
    can be read ahead of their write, which settles them when it comes.
    """

    channel: str
    framing: Framing
    hooks: Hooks | None = None
    number: int = 0
    ended: int = 0
    at_least: bool = False
    growing: bool = False
    """The newest message has not ended: it stays last, even when all there is of it is read."""
    presumed: bool = False
    """The newest message is taken to have ended with its write: a line end alone may follow."""
    unread: deque[Unread] = field(default_factory=deque)
    ahead: deque[Read] = field(default_factory=deque)
    unplaced: deque[Unplaced] = field(default_factory=deque)
    implied: int = 0
    """Bytes that were read, and whose write was given up."""

    @property
    def messages(self) -> tuple[Message, ...]:
        """Those that lie in the pipe, the oldest first."""
        return tuple(
            one.message
            for one in self.unread
            if one.left and one.message is not None and one.message.queued
        )

    def write(self, write: Write) -> list[Message]:
        """A write has returned."""
        told = self._add(write)
        if self.ahead:
            told += self._settle()
        while len(self.unread) > UNREAD_AT_MOST:
            left = Read(self.unread[0].left, b"", None, write.t)
            told += self._take(left, anyhow=True)[0]
        return told

    def fail(self, write: Write, error: str) -> Message:
        """A write that put nothing into the pipe."""
        message = self._message(write, Piece(len(write.data), write.data, "seen"))
        return replace(message, number=self.number + 1, error=error)

    def place_unknown(self, size: int, writer: int | None, t: int) -> list[Message]:
        """So many bytes were written until `t`, of which neither place nor contents are told."""
        self.at_least = True
        given_up = min(size, self.implied)
        self.implied -= given_up
        if size > given_up:
            self.unplaced.append(Unplaced(size - given_up, writer, t))
        return self._settle()

    def read(self, read: Read) -> list[Message]:
        """A read has returned."""
        told, rest = self._take(read)
        if rest is not None:
            self._put_ahead(rest)
            if len(self.ahead) > AHEAD_AT_MOST:
                told += self._give_up(self.ahead.popleft())
        return told

    def settle(self) -> list[Message]:
        """All that was written was read: whatever the contents say, they were the same bytes."""
        return self._settle(anyhow=True)

    def discard(self, size: int, t: int) -> list[Message]:
        """So many bytes, the oldest, are gone unread."""
        told = []
        while size and self.unread and self.unread[0].left:
            one = self.unread.popleft()
            part = min(one.left, size)
            size -= part
            lost = replace(one.message, lost=t) if one.message is not None else None
            if part < one.left:
                self.unread.appendleft(replace(one, message=lost, left=one.left - part))
            elif not self.unread:
                self.growing = False
            if lost is not None and one.message is not None and one.message.lost is None:
                told.append(lost)
        return told

    def lose(self, t: int) -> list[Message]:
        """Nobody holds the pipe any more: what lies in it is lost, unless a read that is told
        later took it."""
        told = self._settle(anyhow=True) if self.ahead else []
        for index, one in enumerate(self.unread):
            if one.message is not None and one.message.queued and one.left:
                lost = replace(one.message, lost=t)
                self.unread[index] = replace(one, message=lost)
                told.append(lost)
        return told

    def begin(self, t: int) -> list[Message]:
        """Somebody holds the pipe anew, and it is empty."""
        told = self.lose(t)
        self.unread.clear()
        self.unplaced.clear()
        self.growing = self.presumed = False
        return told

    def copy(self, hooks: Hooks | None) -> Transit:
        """A copy that goes its own way, with these hooks."""
        return Transit(
            self.channel,
            self.framing,
            hooks,
            self.number,
            self.ended,
            self.at_least,
            self.growing,
            self.presumed,
            self.unread.copy(),
            self.ahead.copy(),
            self.unplaced.copy(),
            self.implied,
        )

    def _add(self, write: Write) -> list[Message]:
        together = write.size <= PIPE_BUF
        told = []
        for piece in cut(self.framing, write.size, write.data):
            if self.presumed and piece.data == b"\n":
                self._end_presumed()
                continue
            if self.growing:
                one = self.unread.pop().extended(write, piece)
                self.growing = False
            else:
                self.number += 1
                message = self._message(write, piece)
                one = Unread(message, piece.data, piece.size, together)
            self.presumed = False
            if piece.end == "open":
                self.growing = True
            else:
                one = self._ended(one, piece)
                assert one.message is not None
                told.append(one.message)
            self.unread.append(one)
        return told

    def _message(self, write: Write, piece: Piece) -> Message:
        return Message(
            self.channel,
            self.number,
            piece.size,
            readable(piece.data),
            len(piece.data) == piece.size,
            write.writer,
            write.began,
            write.t,
            unfinished=piece.end == "open",
        )

    def _ended(self, one: Unread, piece: Piece) -> Unread:
        if piece.end == "presumed":
            self.presumed = self.at_least = True
        else:
            self.ended += 1
        if self.hooks is not None and one.message is not None:
            return replace(one, message=self.hooks.written(one.message, one.data))
        return one

    def _end_presumed(self) -> None:
        """A line's end by itself: that of the message before, whose last bytes were not kept."""
        self.presumed = False
        self.ended += 1
        last = self.unread[-1] if self.unread else None
        if last is None or last.message is None or last.message.number != self.number:
            self.unread.append(Unread(None, b"\n", 1, together=True))
            return
        message = replace(last.message, size=last.message.size + 1)
        self.unread[-1] = replace(last, message=message, left=last.left + 1)

    def _take(self, read: Read, anyhow: bool = False) -> tuple[list[Message], Read | None]:
        """Match a read with what lies in the pipe: the messages that it completed, and what is
        left of it. `anyhow`: with the oldest, whatever the contents say."""
        told: list[Message] = []
        offset = 0
        while offset < read.size:
            index = self._find(read.data, offset, anyhow)
            if index is None:
                if not self._reveal(read, offset):
                    break
                continue
            part = min(self.unread[index].left, read.size - offset)
            offset += part
            message = self._advance(index, part, read)
            if message is not None:
                told.append(message)
        if offset == read.size:
            return told, None
        return told, read.without(offset) if offset else read

    def _find(self, data: bytes, offset: int, anyhow: bool) -> int | None:
        """The message that this part of a read was taken from."""
        if not self.unread or not self.unread[0].left:
            return None
        first = self.unread[0]
        if anyhow or not first.together or first.agrees(data, offset):
            return 0
        for index, one in enumerate(islice(self.unread, 1, _SEARCHED), 1):
            if one.left and one.together and one.rest and one.agrees(data, offset):
                return index
        return None

    def _advance(self, index: int, size: int, read: Read) -> Message | None:
        """Take bytes of a message: returned if it is read to its end now."""
        one = self.unread[index]
        left = one.left - size
        message = one.message
        if message is not None and one.touched != read.t:
            message = replace(message, pieces=message.pieces + 1)
        if left or (self.growing and index == len(self.unread) - 1):
            self.unread[index] = replace(one, message=message, left=left, touched=read.t)
            return None
        del self.unread[index]
        if message is None:
            return None
        message = replace(message, reader=read.reader, read=read.t, lost=None)
        return self.hooks.read(message) if self.hooks is not None else message

    def _reveal(self, read: Read, offset: int) -> bool:
        """A read tells what was written at a place unknown: whether anything was."""
        if not self.unplaced:
            return False
        first = self.unplaced.popleft()
        size = min(first.size, read.size - offset)
        if size < first.size:
            self.unplaced.appendleft(replace(first, size=first.size - size))
        data = read.data[offset : offset + size]
        self._add(Write(size, data, first.writer, first.t, min(first.t, read.t)))
        return True

    def _put_ahead(self, read: Read) -> None:
        last = self.ahead[-1] if self.ahead else None
        if (
            last is not None
            and last.reader == read.reader
            and len(last.data) == last.size
            and last.size + read.size <= DATA_AT_MOST
        ):
            data = last.data + read.data
            self.ahead[-1] = Read(last.size + read.size, data, read.reader, read.t)
        else:
            self.ahead.append(read)

    def _give_up(self, read: Read) -> list[Message]:
        told, rest = self._take(read, anyhow=True)
        if rest is not None:
            self.implied += rest.size
            self.at_least = True
            self.unplaced.append(Unplaced(rest.size, None, rest.t))
            told += self._take(rest, anyhow=True)[0]
        return told

    def _settle(self, anyhow: bool = False) -> list[Message]:
        """Match the reads that came before their writes were told."""
        told: list[Message] = []
        for _ in range(len(self.ahead)):
            done, rest = self._take(self.ahead.popleft(), anyhow)
            told += done
            if rest is not None:
                self.ahead.append(rest)
        return told
