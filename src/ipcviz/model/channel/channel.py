"""A pipe: who holds its ends, its account in bytes, and the messages in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ipcviz.events import (
    CallReturn,
    ChannelCreate,
    ChannelInfo,
    ChannelSummary,
    Difference,
    Dropped,
    Fill,
    Holder,
)
from ipcviz.model.channel.account import Account
from ipcviz.model.channel.hooks import Hooks
from ipcviz.model.channel.message import Message, Said
from ipcviz.model.channel.transit import Transit
from ipcviz.model.channel.unread import Read, Write
from ipcviz.text import unescaped

_OPENING = ("open", "dup", "pipe")
_TRIED_AGAIN = ("EINTR", "EAGAIN")


@dataclass
class Channel:
    """A pipe: what is declared of it, what it holds, and who holds its ends.

    Methods that fold an event return the messages that it brought forward.
    """

    name: str
    info: ChannelInfo | None = None
    kind: str = "fifo"
    path: str | None = None
    inode: int | None = None
    present: bool = True
    queued: int | None = None
    """Bytes in it, as the kernel counted them last."""
    capacity: int | None = None
    readers: tuple[Holder, ...] = ()
    writers: tuple[Holder, ...] = ()
    changed: int = 0
    """When the kernel was last seen to count otherwise, or others held its ends."""
    unread_since: int | None = 0
    """Since when nobody was seen to hold a read end; null while somebody does."""
    unwritten_since: int | None = 0
    """Since when nobody was seen to hold a write end."""
    instead: str | None = None
    """What its path leads to now, in words, where that is not this FIFO."""
    told: bool = False
    """Calls on it were told."""
    by_calls: bool = False
    """Everybody who holds it is traced, so that the calls tell what it holds."""
    wrote: set[int | None] = field(default_factory=set)
    """Those of whom a call was told that wrote to it, and who live."""
    settled: int = 0
    """Bytes that no call told, but the kernel's count."""
    last: Message | None = None
    """The message that was brought forward last."""
    account: Account = field(default_factory=Account)
    transit: Transit = field(init=False)
    _left: set[tuple[int, int]] = field(default_factory=set)
    """Descriptors of the holders that were closed since the kernel was asked."""
    _came: set[tuple[int, int]] = field(default_factory=set)
    """Descriptors that were opened since then."""
    _joined: bool = False
    """Somebody else may have come to hold it since then."""

    def __post_init__(self) -> None:
        framing = self.info.messages if self.info is not None else "line"
        self.transit = Transit(self.name, framing)

    @property
    def contents(self) -> int | None:
        """Bytes in it: by the calls where everybody who holds it is traced, since they are newer
        than the kernel's count. A pipe that nobody holds is empty: what was in it went with the
        last holder (fifo(7)). Null where holders are known, but none of them could be asked."""
        if self.by_calls:
            return self.account.queued
        return self.queued if self.holders else 0

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Each descriptor that is an end of it, once."""
        return self.readers + tuple(one for one in self.writers if one.mode == "write")

    @property
    def unread(self) -> tuple[Message, ...]:
        """The messages that lie in it, the oldest first: at most transit.UNREAD_AT_MOST."""
        return self.transit.messages

    @property
    def said(self) -> Said:
        """How many messages were written to it."""
        return Said(self.transit.ended, self.transit.at_least)

    def summary(self, traced: bool) -> ChannelSummary:
        """How it stands. `traced`: the calls of some process of the run are told; a pipe on which
        none was told, though somebody held it, was used by others alone."""
        if not self.told and (self.capacity is not None or not traced):
            return ChannelSummary(queued=self.contents)
        return ChannelSummary(
            written=self.account.written,
            read=self.account.read,
            discarded=self.account.discarded,
            queued=self.account.queued,
            messages=self.said.messages,
            at_least=self.said.at_least,
        )

    def returned(self, event: CallReturn) -> list[Message]:
        """A call on it has returned."""
        result = event.result
        if event.call == "write":
            return self._write(event)
        if result is None:
            return []
        if event.call == "read" and result > 0:
            data = unescaped(event.data) if event.data is not None else b""
            self.account.read += result
            return self.transit.read(Read(result, data, event.pid, event.t))
        if event.call in _OPENING:
            self._come(event)
            return self._begin(event.t)
        if event.call == "close" and event.pid is not None and event.fd is not None:
            return self._leave([(event.pid, event.fd)], event.t)
        return []

    def dropped(self, event: Dropped) -> list[Message]:
        """Calls on it were not recorded, only their bytes."""
        if not event.bytes:
            return []
        if event.call == "write":
            self.wrote.add(event.pid)
            self.account.told_written += event.bytes
            return self.transit.place_unknown(event.bytes, event.pid, event.t)
        if event.call == "read":
            self.account.read += event.bytes
            return self.transit.read(Read(event.bytes, b"", event.pid, event.t, counted=True))
        return []

    def differs(self, event: Difference, writing: bool) -> list[Message]:
        """The kernel counts otherwise. `writing`: the process that the event names, if any, is
        in a write that has not returned."""
        self.settled += event.bytes
        if event.counted_as == "written":
            if writing and event.pid is not None:
                self.account.prepay(event.bytes, event.pid, event.t)
                return []
            self.account.told_written += event.bytes
            return self.transit.place_unknown(event.bytes, event.pid, event.t)
        self.account.read += event.bytes
        return self.transit.read(Read(event.bytes, b"", event.pid, event.t, counted=True))

    def fill(self, event: Fill) -> list[Message]:
        """The kernel was asked what it holds, and who holds it."""
        self.queued, self.capacity = event.queued, event.capacity
        self.readers, self.writers = event.readers, event.writers
        self.unread_since = _lacking_since(event.readers, self.unread_since, event.t)
        self.unwritten_since = _lacking_since(event.writers, self.unwritten_since, event.t)
        self.instead, self.changed = event.instead, event.t
        self._left.clear()
        self._came.clear()
        self._joined = False
        if not self.holders:
            return self._unheld(event.t)
        told = self._begin(event.t)
        if self.transit.ahead.reads and event.queued == 0 == self.account.balance:
            told += self.transit.settle()
        return told

    def create(self, event: ChannelCreate) -> list[Message]:
        """It came into view, perhaps under a name that an earlier pipe had."""
        another = self.inode is not None and (self.inode != event.inode or not self.present)
        told = []
        if another:
            told = self._unheld(event.t) + self._begin(event.t)
        self.kind, self.inode = event.kind, event.inode
        self.path, self.present = event.path, True
        return told

    def remove(self, t: int) -> list[Message]:
        """It went."""
        self.present = False
        self.readers = self.writers = ()
        self.queued = None
        return self._unheld(t)

    def forked(self, pid: int) -> None:
        """A process forked: its child holds the same ends."""
        if any(one == pid for one, _ in self._descriptors):
            self._joined = True

    def ended(self, pid: int, t: int) -> list[Message]:
        """A process has ended, and let go of its ends."""
        told = []
        self.wrote.discard(pid)
        untold = self.account.forfeit(pid)
        if untold:
            told = self.transit.place_unknown(untold, pid, t)
        held = [one for one in self._descriptors if one[0] == pid]
        return told + self._leave(held, t) if held else told

    def snapshot(self, hooks: Hooks | None) -> Channel:
        """A copy that goes its own way, with this copy of the hooks."""
        copy = replace(
            self,
            wrote=self.wrote.copy(),
            account=self.account.copy(),
            _left=self._left.copy(),
            _came=self._came.copy(),
        )
        copy.transit = self.transit.copy(hooks if self.transit.hooks is not None else None)
        return copy

    def _write(self, event: CallReturn) -> list[Message]:
        size = event.result
        data = unescaped(event.data) if event.data is not None else b""
        if size:
            self.wrote.add(event.pid)
            self.account.write(size, event.pid, event.began)
            return self.transit.write(Write(size, data, event.pid, event.began, event.t))
        if event.error is not None and event.error not in _TRIED_AGAIN:
            write = Write(len(data), data, event.pid, event.began, event.t)
            return [self.transit.fail(write, event.error)]
        return []

    @property
    def _descriptors(self) -> set[tuple[int, int]]:
        """The ends of it that were seen, or told to be opened since."""
        return {(one.pid, one.fd) for one in self.holders} | self._came

    def _come(self, event: CallReturn) -> None:
        if event.call == "pipe" or event.pid is None or event.result is None:
            self._joined = True
            return
        descriptor = event.pid, event.result
        self._came.add(descriptor)
        self._left.discard(descriptor)

    def _leave(self, descriptors: Iterable[tuple[int, int]], t: int) -> list[Message]:
        self._left.update(descriptors)
        held = self._descriptors
        if self._joined or not held or held - self._left:
            return []
        return self._unheld(t)

    def _unheld(self, t: int) -> list[Message]:
        if not self.account.held:
            return []
        self.account.held = False
        return self.transit.lose(t)

    def _begin(self, t: int) -> list[Message]:
        if self.account.held:
            return []
        self.account.reopen()
        return self.transit.begin(t)


def _lacking_since(ends: tuple[Holder, ...], since: int | None, t: int) -> int | None:
    """Since when there are no such ends, if there are none at this time."""
    if ends:
        return None
    return t if since is None else since
