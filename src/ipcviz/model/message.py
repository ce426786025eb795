"""A message on its way through a pipe, and a signal on its way to a process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """What a program wrote as one piece, by the framing of its channel.

    number: the nth of its channel, from 1.
    size: in bytes, with the line's end where its channel is framed in lines.
    text: its beginning as it was written, not cleaned; `whole` where that is all of it.
    writer: the pid that wrote its end. began: when the write of its first byte began; written:
        when the write of its last byte returned.
    reader, read: who took its last byte, and when that read returned. `pieces`: by how many reads.
    lost: when it went unread, with the last that held its pipe.
    error: why it could not be written, the name of an errno; then it was never in the pipe.
    request: the number of the request that it is, or that it answers; `answer` tells which.
    round_trip: of an answer that was read, the time since its request began to be written.
    Times are nanoseconds since the run began.
    """

    channel: str
    number: int
    size: int
    text: str
    whole: bool
    writer: int
    began: int
    written: int
    reader: int | None = None
    read: int | None = None
    pieces: int = 0
    lost: int | None = None
    error: str | None = None
    request: int | None = None
    answer: bool = False
    round_trip: int | None = None

    @property
    def latency(self) -> int | None:
        """From the beginning of its write to the return of the read that took its end, in
        nanoseconds; null while it is unread."""
        return None if self.read is None else self.read - self.began

    @property
    def queued(self) -> bool:
        """It lies in the pipe."""
        return self.read is None and self.lost is None and self.error is None


@dataclass(frozen=True)
class SignalFlight:
    """Sends of one signal to one process, until it is delivered: a standard signal that is sent
    while it is pending merges with it (signal(7)).

    sender: the pid of the first sender, null where ipcviz sent it; to: the pid that it is for.
    sent: when, each time. pending: the kernel was seen to keep it back. delivered: when its
        handler began. merged: how many sends came to nothing.
    error: why it could not be sent, the name of an errno.
    """

    signal: str
    sender: int | None
    to: int
    sent: tuple[int, ...]
    pending: bool = False
    delivered: int | None = None
    error: str | None = None

    @property
    def merged(self) -> int:
        """How many of the sends were merged with another, once it was delivered."""
        return len(self.sent) - 1 if self.delivered is not None else 0
