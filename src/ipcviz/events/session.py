"""A run: what it is declared to be, what is asked of it, and how things stood at its end."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from ipcviz.events.channel import Framing
from ipcviz.events.event import Event
from ipcviz.events.finding import FindingInfo

FORMAT = 1
"""Of the lines of a recording."""


class ChannelInfo(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A pipe as its scenario declares it: who is meant to write and who to read. `private`: it
    stands in a directory of ipcviz's own, so that no stranger opens it."""

    name: str
    kind: Literal["fifo"] = "fifo"
    writer: str = msgspec.field(name="from")
    reader: str = msgspec.field(name="to")
    path: str
    messages: Framing = "line"
    private: bool = False


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
    `findings`: those that were still true. What nobody looked for is null."""

    channels: dict[str, ChannelSummary]
    roles: dict[str, RoleSummary]
    requests: int | None
    replies: int | None
    findings: tuple[FindingInfo, ...] | None
    dropped: int
