"""The messages of one channel, from the write that carried each to the read that took it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from msgspec.structs import replace

from ipcviz.events import Framing
from ipcviz.model.channel.ahead import Ahead
from ipcviz.model.channel.framing import Piece, cut
from ipcviz.model.channel.hooks import Hooks
from ipcviz.model.channel.message import Message
from ipcviz.model.channel.unread import PIPE_BUF, Read, Unplaced, Unread, Write, taken_from
from ipcviz.text import readable

UNREAD_AT_MOST = 65_536
"""Messages that are followed in one pipe, which is as many as fit into one of the usual size.
Beyond them the oldest is taken to be read, by nobody known."""
UNPLACED_AT_MOST = 1_000
"""Writes at places that are not known. Beyond them the newest two are taken for one."""
_TRIED = 16
"""How many of the reads that wait are compared with what lies in the pipe. Where more wait while
something does, their contents are no help."""


@dataclass
class Transit:
    """Follows messages through one pipe. Every method returns those that it brought forward.

    A read takes the oldest message, unless what it read says that it took another: records of two
    writers may come in another order than their bytes, and a read's before its write's. So bytes
    can be read ahead of their write, which settles them when it comes. No read took from a write
    that began after it had returned. What a call costs has a bound: only the first few messages
    are compared with the first few of the reads that wait.
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
    ahead: Ahead = field(init=False)
    unplaced: deque[Unplaced] = field(default_factory=deque)
    by_contents: bool = True
    """What is read is held against what was written. Where too little of it agrees, since writes
    were torn or not recorded, each read takes the oldest until the pipe is empty."""

    def __post_init__(self) -> None:
        self.ahead = Ahead(self.framing)

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
        if self.ahead.reads:
            told += self._settle()
        while len(self.unread) > UNREAD_AT_MOST:
            left = Read(self.unread[0].left, b"", None, write.t, counted=True)
            told += self._take(left, anyhow=True)[0]
        return told

    def fail(self, write: Write, error: str) -> Message:
        """A write that put nothing into the pipe."""
        message = self._message(write, Piece(len(write.data), write.data, "seen"))
        return replace(message, number=self.number + 1, error=error)

    def place_unknown(self, size: int, writer: int | None, t: int) -> list[Message]:
        """So many bytes were written until `t`, of which neither place nor contents are told."""
        self.at_least = True
        last = self.unplaced[-1] if self.unplaced else None
        if last is not None and (last.writer == writer or len(self.unplaced) >= UNPLACED_AT_MOST):
            self.unplaced[-1] = Unplaced(last.size + size, writer, t)
        else:
            self.unplaced.append(Unplaced(size, writer, t))
        return self._settle() if self.ahead.reads else []

    def read(self, read: Read) -> list[Message]:
        """A read has returned."""
        told, rest = self._take(read)
        if rest is not None:
            self.ahead.put(rest)
            if self.by_contents and len(self.ahead.reads) > _TRIED and self.unread:
                self.by_contents = False
                told += self._settle()
        elif self.ahead.reads:
            if not told:  # what is left of a message may agree with what follows
                told = self._settle()
        elif not self.unread:
            self.by_contents = True
        return told

    def settle(self) -> list[Message]:
        """All that was written was read: whatever the contents say, they were the same bytes."""
        told = []
        while self.ahead.reads:
            done, rest = self._take(self.ahead.reads[0], anyhow=True)
            told += done
            self.ahead.leave(0, rest)
            if rest is not None:  # nothing lies in the pipe any more
                break
        self.by_contents = True
        return told

    def lose(self, t: int) -> list[Message]:
        """Nobody holds the pipe any more: what lies in it is lost, unless a read that is told
        later took it."""
        told = self.settle() if self.ahead.reads else []
        for index, one in enumerate(self.unread):
            if one.message is not None and one.message.queued and one.left:
                lost = replace(one.message, lost=t, left=one.left)
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
        copy = Transit(
            self.channel,
            self.framing,
            hooks,
            self.number,
            self.ended,
            self.at_least,
            self.growing,
            self.presumed,
            self.unread.copy(),
            self.unplaced.copy(),
            self.by_contents,
        )
        copy.ahead = self.ahead.copy()
        return copy

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
            counted=write.counted,
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
        left of it. `anyhow`: with the oldest, whatever the contents and times say."""
        told: list[Message] = []
        offset = 0
        while offset < read.size:
            index = self._find(read, offset, anyhow)
            if index is None:
                if not self.unplaced:
                    return told, read.without(offset) if offset else read
                index = self._reveal(read, offset)
            part = min(self.unread[index].left, read.size - offset)
            offset += part
            message = self._advance(index, part, read)
            if message is not None:
                told.append(message)
        return told, None

    def _find(self, read: Read, offset: int, anyhow: bool) -> int | None:
        """The message that this part of a read was taken from."""
        if not self.unread or not self.unread[0].left:
            return None
        return 0 if anyhow else taken_from(self.unread, read, offset, self.by_contents)

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
        counted = message.counted or read.counted or message.began > read.t
        message = replace(
            message, reader=read.reader, read=read.t, lost=None, left=0, counted=counted
        )
        return self.hooks.read(message) if self.hooks is not None else message

    def _reveal(self, read: Read, offset: int) -> int:
        """A read tells what was written at a place unknown, up to the end of a message: where
        that lies in the pipe now."""
        first = self.unplaced.popleft()
        size = min(first.size, read.size - offset)
        data = read.data[offset : offset + size]
        if self.framing == "line":
            size = data.find(b"\n") + 1 or size
        if size < first.size:
            self.unplaced.appendleft(replace(first, size=first.size - size))
        t = min(first.t, read.t)
        self._add(Write(size, data[:size], first.writer, t, t, counted=True))
        return len(self.unread) - 1

    def _settle(self) -> list[Message]:
        """Match the first of the reads that came before their writes were told, as long as one
        of them finds something."""
        told: list[Message] = []
        index = 0
        while index < min(len(self.ahead.reads), _TRIED):
            read = self.ahead.reads[index]
            done, rest = self._take(read)
            told += done
            if rest is read:
                index += 1
            else:
                self.ahead.leave(index, rest)
                index = 0
        if not self.ahead.reads and not self.unread:
            self.by_contents = True
        return told
