"""Reads that were told before the writes that they took from."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ipcviz.events import DATA_AT_MOST, Framing
from ipcviz.model.channel.unread import Read

AHEAD_AT_MOST = 1_000
"""Reads that wait for the write that they took from to be told. Beyond them the oldest two are
taken for one."""
_AT_ONCE = 1_000_000
"""Nanoseconds within which reads of one message follow each other."""


@dataclass
class Ahead:
    """Those that wait, the oldest first."""

    framing: Framing
    reads: deque[Read] = field(default_factory=deque)

    def put(self, read: Read) -> None:
        """Let it wait: as a part of the one before, if it goes on with the same message."""
        last = self.reads[-1] if self.reads else None
        if last is not None and self._goes_on(last, read):
            self.reads[-1] = last.then(read)
            return
        self.reads.append(read)
        if len(self.reads) > AHEAD_AT_MOST:
            first = self.reads.popleft()
            self.reads[0] = first.then(self.reads[0])

    def leave(self, index: int, rest: Read | None) -> None:
        """Only this is left to be matched of one that waited, or nothing."""
        if rest is None:
            del self.reads[index]
        else:
            self.reads[index] = rest

    def copy(self) -> Ahead:
        """A copy that goes its own way."""
        return Ahead(self.framing, self.reads.copy())

    def _goes_on(self, last: Read, read: Read) -> bool:
        """Whether a read seems to go on with the message that the one before it began: together
        they tell more surely which that was."""
        if last.reader != read.reader or len(last.data) < last.size:
            return False
        if last.size + read.size > DATA_AT_MOST:
            return False
        if self.framing == "line":
            return not last.data.endswith(b"\n")
        return abs(read.t - last.t) <= _AT_ONCE
