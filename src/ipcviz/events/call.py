"""Calls: their contents, what is held before them, and what of them was not told."""

from __future__ import annotations

from typing import Literal

from ipcviz.events.event import Event

DATA_AT_MOST = 4096
"""Bytes of a call's contents that are kept, from their beginning."""


class CallEnter(Event, tag="call.enter", kw_only=True, frozen=True):
    """A thread is in a call, since `t`. Of a short call only the return may be told.

    call: the family (openat is `open`); `syscall` the exact name where it differs.
    channel: the pipe it is on; `on`: what it is on where that is no channel, in words.
    file, line: where the program makes the call.
    """

    call: str
    syscall: str | None = None
    channel: str | None = None
    fd: int | None = None
    on: str | None = None
    flags: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None


class CallReturn(Event, tag="call.return", kw_only=True, frozen=True):
    """A call that began at `began` has returned, at `t`: with `result` or with `error`, the name
    of an errno. Both are null where a call that was under way has no outcome to tell.

    result: what the system call returned: bytes, a descriptor, a pid.
    data: what was read or written, its first DATA_AT_MOST bytes; of a failed write the beginning
        of what was not written. Bytes that are not UTF-8 stand as \\xNN, and a backslash that stood
        before xNN as \\x5c (text.escaped). Null where it was not kept; where it stands for fewer
        bytes than result and DATA_AT_MOST, there was no room for the rest, which is counted as
        `dropped`. Fields are otherwise as in CallEnter.
    """

    call: str
    syscall: str | None = None
    channel: str | None = None
    fd: int | None = None
    on: str | None = None
    flags: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None
    began: int
    result: int | None = None
    error: str | None = None
    data: str | None = None


class Buffered(Event, tag="buffered", kw_only=True, frozen=True):
    """A program's own buffer over a pipe holds so many bytes that it has accepted and not yet
    written; 0 when it has."""

    channel: str
    fd: int
    bytes: int


class Difference(Event, tag="difference", kw_only=True, frozen=True):
    """The kernel and the calls that were told disagree, and the kernel is right.

    counted_as, bytes: so many bytes more than was told were written to the channel, or read from
        it. With a `pid`: by this process, perhaps in the call that it is in, or was killed in.
    what: the same in words.
    """

    what: str
    channel: str | None = None
    counted_as: Literal["written", "read"] | None = None
    bytes: int = 0


class Dropped(Event, tag="dropped", kw_only=True, frozen=True):
    """What could not be recorded, counted: `count` of `what`, with `bytes` in all. Of calls,
    `call` and `channel` say which.

    what: `calls` are not told otherwise. `contents` are missing from the data of so many calls
        that are told, so many bytes in all.
    """

    count: int
    bytes: int
    what: str
    call: str | None = None
    channel: str | None = None
