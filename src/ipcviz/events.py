"""The vocabulary: everything that can be said about a run, one class a type.

An event is one line of `--json` output and of a recording. `t` is in nanoseconds since the run
began, on a monotonic clock, of when the thing happened. `source` says who saw it. Fields that do
not apply are left out of the line; a field that applies but could not be learnt is null.

This module imports nothing of ipcviz: every layer speaks it.
"""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import Any, Literal, get_args

import msgspec
from msgspec import UNSET, Struct, UnsetType

FORMAT = 1

Source = Literal["ipcviz", "kernel", "tracer", "strace"]
StateName = Literal["running", "ready", "sleeping", "blocked", "stopped", "zombie", "exited"]
STATE_NAMES: tuple[str, ...] = ("not started", *get_args(StateName))
"""Every state a role can be in, in the words of the screen and of `wait ROLE STATE`."""

End = Literal["reader", "writer", "data", "space"]
"""What a wait on a channel wants: somebody to open the other end (`reader`, `writer`), bytes to
read (`data`), or room to write (`space`)."""
Mode = Literal["read", "write", "read-write"]
Framing = Literal["line", "raw"]
"""Where a message ends: at a line's end, or with the write that it was written by."""
DATA_AT_MOST = 4096
"""Bytes of a call's contents that are kept, from their beginning."""


class Event(Struct, kw_only=True, frozen=True, omit_defaults=True, tag_field="type"):
    """What every line carries. `seq` is given by the log; until then it is -1. `late`: something
    that happened after it was told before it."""

    seq: int = -1
    t: int
    source: Source | None = None
    pid: int | None = None
    tid: int | None = None
    role: str | None = None
    late: bool = False


class ChannelInfo(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A pipe as its scenario declares it: who is meant to write and who to read."""

    name: str
    kind: Literal["fifo"] = "fifo"
    writer: str = msgspec.field(name="from")
    reader: str = msgspec.field(name="to")
    path: str
    messages: Framing = "line"


class HooksInfo(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """Which channel carries requests, and which the replies. `match`: `order`, the nth reply
    answers the nth request; else the field of JSON that has the same value in both."""

    request: str
    reply: str
    match: str = "order"


class RoleInfo(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A role as its scenario declares it. `program` is the script or executable that a reader
    of the screen wants to see, where it is a readable file. `exits` are the codes and signals
    with which it may end."""

    name: str
    key: str | None = None
    started_by: str | None = None
    program: str | None = None
    exits: tuple[int | str, ...] = (0,)


class ActionInfo(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An action of the scenario: its key, its words, what it does and to which role."""

    name: str
    key: str
    label: str
    does: Literal["write_line", "start", "signal", "finish"]
    role: str
    text: str | None = None
    """The line that a `write_line` writes."""


class Session(Event, tag="session", kw_only=True, frozen=True):
    """The first line: what is run, and what is declared."""

    format: int
    version: str
    scenario: str
    title: str
    variant: str | None = None
    variants: tuple[str, ...] = ()
    observers: tuple[str, ...]
    kernel: str
    channels: tuple[ChannelInfo, ...]
    roles: tuple[RoleInfo, ...]
    hooks: HooksInfo | None = None
    actions: tuple[ActionInfo, ...] = ()


class ProcessStart(Event, tag="process.start", kw_only=True, frozen=True):
    """A process appeared: started by ipcviz, or found below a process that was."""

    ppid: int
    command: tuple[str, ...]


class ProcessFork(Event, tag="process.fork", kw_only=True, frozen=True):
    """A process forked `child`: which is told to have started when it is seen."""

    child: int


class ProcessObserve(Event, tag="process.observe", kw_only=True, frozen=True):
    """Whether the calls of a process can be told, from here on. `loaded` false: they cannot,
    `why` says for which reason, and only the kernel's view is left."""

    loaded: bool
    why: str | None = None


class ProcessExec(Event, tag="process.exec", kw_only=True, frozen=True):
    """A process runs another program now; `role` is set where this made it a role's process."""

    command: tuple[str, ...]


class ProcessExit(Event, tag="process.exit", kw_only=True, frozen=True):
    """A process ended and was reaped: with `code`, or by `signal`; neither where nobody could
    tell ipcviz."""

    code: int | None = None
    signal: str | None = None


class ProcessStop(Event, tag="process.stop", kw_only=True, frozen=True):
    """Every thread of a process was stopped, by SIGSTOP or its kin."""


class ProcessContinue(Event, tag="process.continue", kw_only=True, frozen=True):
    """A stopped process goes on."""


class ChannelCreate(Event, tag="channel.create", kw_only=True, frozen=True):
    """A pipe came into view. `path` is null for an anonymous pipe."""

    channel: str
    kind: Literal["fifo", "pipe"]
    path: str | None = None
    inode: int


class ChannelRemove(Event, tag="channel.remove", kw_only=True, frozen=True):
    """A pipe went: its name was removed, or nobody holds an end of it any more."""

    channel: str


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
    data: what was read or written, its first DATA_AT_MOST bytes; those that are not UTF-8 as
        \\xNN, and a backslash that stood before xNN as \\x5c (text.escaped). Null where it was
        not kept. Fields are otherwise as in CallEnter.
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


class Difference(Event, tag="difference", kw_only=True, frozen=True):
    """The kernel and the calls that were told disagree, and the kernel is right.

    counted_as, bytes: so many bytes more than was told were written to the channel, read from it,
        or lost with its last holder. With a `pid`: by the call that this process is in, or was
        in when it was killed.
    what: the same in words.
    """

    what: str
    channel: str | None = None
    counted_as: Literal["written", "read", "discarded"] | None = None
    bytes: int = 0


class Buffered(Event, tag="buffered", kw_only=True, frozen=True):
    """A program's own buffer over a pipe holds so many bytes that it has accepted and not yet
    written; 0 when it has."""

    channel: str
    fd: int
    bytes: int


class SignalSend(Event, tag="signal.send", kw_only=True, frozen=True):
    """A signal was sent to the process `to`. `source` ipcviz: sent by a key or a step. `error`:
    it could not be sent, with the name of an errno."""

    signal: str
    to: int
    error: str | None = None
    file: str | None = None
    line: int | None = None


class SignalDeliver(Event, tag="signal.deliver", kw_only=True, frozen=True):
    """A signal has reached a process that handles it."""

    signal: str


class SignalHandler(Event, tag="signal.handler", kw_only=True, frozen=True):
    """A handler begins; `file` and `line` say where it is written."""

    signal: str
    file: str | None = None
    line: int | None = None


class SignalHandlerEnd(Event, tag="signal.handler.end", kw_only=True, frozen=True):
    """A handler that began at `began` has ended; `error` false if it returned, true if it raised
    an exception."""

    signal: str
    began: int
    error: bool = False


class Output(Event, tag="output", kw_only=True, frozen=True):
    """One line, or a piece of a long one, that a process wrote to `stream`; as it was written,
    not cleaned. Bytes that are not UTF-8 stand as \\xNN."""

    stream: Literal["stdout", "stderr"]
    text: str


class Wanted(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One thing that would end a wait."""

    pids: tuple[int, ...] = ()
    channel: str | None = None
    end: End | None = None
    lock: str | None = None
    signal: str | None = None


class State(Event, tag="state", kw_only=True, frozen=True):
    """What one thread does, as the kernel says.

    call: the family of the system call it sleeps in (openat is `open`, wait4 is `wait`); null
        where the kernel would not tell. `syscall` is the exact name where it differs.
    channel: the pipe it is on; `on`: what it is on where that is no pipe, in words.
    timed: the wait ends by itself.
    releasers: who could end the wait, null where that cannot be known.
    agreed: two equal reads of everything stand behind this (a consistent cut).
    path_gone: it waits in open() on a FIFO that its path no longer leads to.
    """

    state: StateName
    call: str | None | UnsetType = UNSET
    syscall: str | None = None
    fd: int | None = None
    channel: str | None = None
    on: str | None = None
    timed: bool = False
    waits_for: tuple[Wanted, ...] = ()
    releasers: tuple[int, ...] | None | UnsetType = UNSET
    agreed: bool = False
    path_gone: bool = False


class Signals(Event, tag="signals", kw_only=True, frozen=True):
    """A process's signal sets changed. Names, as in SIGUSR1."""

    pending: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    caught: tuple[str, ...] = ()


class Holder(Struct, kw_only=True, frozen=True):
    """A descriptor that is an end of a pipe."""

    pid: int
    fd: int
    mode: Mode
    cloexec: bool


class Fill(Event, tag="fill", kw_only=True, frozen=True):
    """What is in a pipe and who holds its ends. `queued` and `capacity` are bytes as the kernel
    counts them (FIONREAD, F_GETPIPE_SZ), null where no descriptor could be asked."""

    channel: str
    queued: int | None
    capacity: int | None
    readers: tuple[Holder, ...]
    writers: tuple[Holder, ...]


class Action(Event, tag="action", kw_only=True, frozen=True):
    """A person or a step asked for an action of the scenario; `label` is what its key says.
    `text` is the line to write, where it was edited before."""

    name: str
    label: str
    text: str | None = None


class Step(Event, tag="step", kw_only=True, frozen=True):
    """A step was carried out; `ok` false: it did not come true, and `why` says so."""

    do: str
    ok: bool
    why: str | None = None


class Dropped(Event, tag="dropped", kw_only=True, frozen=True):
    """What could not be recorded, counted: `count` of `what`, with `bytes` in all. Of calls,
    `call` and `channel` say which."""

    count: int
    bytes: int
    what: str
    call: str | None = None
    channel: str | None = None


class ChannelSummary(Struct, kw_only=True, frozen=True):
    """A pipe's account at the end of the last step, in bytes: written = read + discarded + queued.
    What only a tracer could count is null. `messages`: how many were written; `at_least`: more
    may have been, in contents that were not kept."""

    written: int | None = None
    read: int | None = None
    discarded: int | None = None
    queued: int | None
    messages: int | None = None
    at_least: bool = False


class RoleSummary(Struct, kw_only=True, frozen=True):
    """How a role stood at the end of the last step. `exit` is its code or the signal's name; null
    where it had not ended or nobody could tell, and then `state` says what it did."""

    pid: int | None
    exit: int | str | None
    state: str


class Summary(Event, tag="summary", kw_only=True, frozen=True):
    """The last line: how things stood after the last step, before ipcviz ended what still ran.
    What nobody looked for is null."""

    channels: dict[str, ChannelSummary]
    roles: dict[str, RoleSummary]
    requests: int | None
    replies: int | None
    findings: tuple[str, ...] | None
    dropped: int


_encoder = msgspec.json.Encoder()


def encode(event: Event) -> bytes:
    """The event as one line of JSON, without the line's end."""
    return _encoder.encode(event)


def decode(line: bytes) -> Event | None:
    """The event that the line tells; null where this version does not know its type. Fields that
    it does not know are passed over. Raises ValueError with the reason where it is no event."""
    try:
        return _decoded(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _decoded(line: bytes) -> Event | None:
    decoder, types = _decoder()
    try:
        event: Event = decoder.decode(line)
    except msgspec.ValidationError:
        told = msgspec.json.decode(line)
        kind = told.get("type") if isinstance(told, dict) else None
        if isinstance(kind, str) and kind not in types:
            return None
        raise
    return event


@cache
def _decoder() -> tuple[msgspec.json.Decoder[Any], set[object]]:
    """For every type, and their names. Made when it is needed: that takes 10 ms, and most runs
    read no event."""
    classes = Event.__subclasses__()
    types: set[object] = {one.__struct_config__.tag for one in classes}
    return msgspec.json.Decoder(reduce(or_, classes)), types
