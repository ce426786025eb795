"""A message on its way through a pipe, and a signal on its way to a process."""

from __future__ import annotations

from msgspec import Struct, structs


class Message(Struct, frozen=True, gc=False):
    """What a program wrote as one piece, by the framing of its channel.

    number: the nth of its channel, from 1; of one that could not be written, the number it would
        have had.
    size: in bytes, with the line's end where its channel is framed in lines.
    text: its beginning as it was written, not cleaned; `whole` where that is all of it.
    writer: the pid that wrote its end, null where that is not traced. began: when the write of its
        first byte began; written: when the write of its last byte returned.
    reader, read: who took its last byte, and when that read returned. `pieces`: by how many reads.
    lost: when it went unread, with the last that held its pipe.
    left: of a message that was lost, how many of its bytes went unread.
    counted: its write or its read was not told by a call, but follows from a count of bytes, so
        that when that was is not known: not later than `written`, or `read`.
    error: why it could not be written, the name of an errno; then it was never in the pipe.
    unfinished: its line end has not been written yet.
    request: the number of the request that it is, or that it answers; `answer` tells which.
    round_trip: of an answer that was read, the time since its request began to be written.
    Times are nanoseconds since the run began.
    """

    channel: str
    number: int
    size: int
    text: str
    whole: bool
    writer: int | None
    began: int
    written: int
    reader: int | None = None
    read: int | None = None
    pieces: int = 0
    lost: int | None = None
    left: int = 0
    counted: bool = False
    error: str | None = None
    unfinished: bool = False
    request: int | None = None
    answer: bool = False
    round_trip: int | None = None

    @property
    def latency(self) -> int | None:
        """From the beginning of its write to the return of the read that took its end, in
        nanoseconds; null while it is unread, and where either was not told."""
        return None if self.read is None or self.counted else self.read - self.began

    def as_written(self) -> Message:
        """As it stood when it had just been written."""
        return structs.replace(
            self, reader=None, read=None, pieces=0, lost=None, left=0, round_trip=None
        )

    @property
    def queued(self) -> bool:
        """It lies in the pipe."""
        return self.read is None and self.lost is None and self.error is None


class Said(Struct, frozen=True):
    """How many messages were written to a channel, as far as their ends were seen. `at_least`:
    there may have been more, in contents that were not kept."""

    messages: int
    at_least: bool


class SignalFlight(Struct, frozen=True, gc=False):
    """Sends of one signal to one process, until it is delivered: a standard signal that is sent
    while it is pending merges with it, real-time signals queue (signal(7)).

    sender: the pid of the first sender, null where ipcviz sent it; to: the pid that it is for.
    sent: when, each of the first SENDS_KEPT times; `more`: how many followed these.
    pending: the kernel was seen to keep it back.
    delivered: when its handler began, or it stopped, continued or ended the process.
    lost: when it was clear that it never will be, since its process had ended.
    error: why it could not be sent, the name of an errno.
    Times are nanoseconds since the run began.
    """

    signal: str
    sender: int | None
    to: int
    sent: tuple[int, ...]
    more: int = 0
    pending: bool = False
    delivered: int | None = None
    lost: int | None = None
    error: str | None = None

    @property
    def times(self) -> int:
        """How often it was sent."""
        return len(self.sent) + self.more

    @property
    def merged(self) -> int:
        """How many of the sends were merged with another, once it was delivered."""
        return self.times - 1 if self.delivered is not None else 0


SENDS_KEPT = 1000
"""Sends of a flight whose times are kept; more are counted."""
