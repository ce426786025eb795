"""`why --json`: what one look has told, as one JSON object."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import overload

import msgspec
from msgspec import Struct, structs

from ipcviz.events import FindingInfo, Holder, State
from ipcviz.model import Channel, Model, Process
from ipcviz.text import readable
from ipcviz.why.look import Look
from ipcviz.why.sentences import seconds_blocked, waiting_for
from ipcviz.why.tree import sides_of


class HolderEntry(Struct):
    """Who holds an end of a pipe, or could end a wait otherwise: without `fd`."""

    pid: int
    fd: int | None


class ProcessEntry(Struct):
    """A thread of a process that waits, or the process where none does. `blocked_seconds` is
    about right, null where the kernel does not tell."""

    pid: int
    tid: int
    ppid: int
    command: str
    state: str
    call: str | None
    channel: str | None
    fd: int | None
    waiting_for: str | None
    holders: list[HolderEntry]
    blocked_seconds: float | None


class ChannelEntry(Struct):
    """A pipe that somebody who is told of waits on or holds."""

    name: str
    kind: str
    inode: int | None
    queued: int | None
    capacity: int | None
    readers: list[HolderEntry]
    writers: list[HolderEntry]


class Report(Struct):
    """The whole object."""

    processes: list[ProcessEntry]
    channels: list[ChannelEntry]
    findings: list[FindingInfo]
    unknown: list[str]


def encode(look: Look) -> bytes:
    """The look as JSON, without the line's end."""
    return msgspec.json.encode(report(look))


def report(look: Look) -> Report:
    """The look as it is told to programs."""
    model = look.model
    processes = [
        entry for pid in look.shown for entry in _processes(model, model.processes[pid], look.now)
    ]
    return Report(
        processes=processes,
        channels=[_channel(one) for one in _channels(look)],
        findings=[_finding(finding.info) for finding in look.findings],
        unknown=[_readable(one) for one in look.unknown],
    )


def _finding(info: FindingInfo) -> FindingInfo:
    return structs.replace(
        info,
        channel=_readable(info.channel),
        what=_readable(info.what),
        why=_readable(info.why),
        do=_readable(info.do),
    )


@overload
def _readable(text: str) -> str: ...
@overload
def _readable(text: str | None) -> str | None: ...
def _readable(text: str | None) -> str | None:
    """Text of the system's, in which a byte that is not UTF-8 stands as \\xNN."""
    return None if text is None else readable(os.fsencode(text))


def _processes(model: Model, process: Process, now: int) -> Iterator[ProcessEntry]:
    """Each thread of it that waits on others; else the one that tells most."""
    waiting = [state for state in process.threads.values() if state.waits_for]
    telling = process.telling
    for state in waiting or ([telling] if telling is not None else []):
        yield _process(model, process, state, now)


def _process(model: Model, process: Process, state: State, now: int) -> ProcessEntry:
    channel = next((one.channel for one in state.waits_for if one.channel), state.channel)
    return ProcessEntry(
        pid=process.pid,
        tid=state.tid or process.pid,
        ppid=process.ppid,
        command=_readable(" ".join(process.command)),
        state=state.state,
        call=state.call if isinstance(state.call, str) else None,
        channel=_readable(channel),
        fd=state.fd,
        waiting_for=_readable(waiting_for(model, state)),
        holders=_holders(model, state),
        blocked_seconds=seconds_blocked(state, now),
    )


def _holders(model: Model, state: State) -> list[HolderEntry]:
    """Whoever could end the wait, each descriptor by which it could; without one where it is by
    ending, or by giving up a lock."""
    return [HolderEntry(pid, fd) for pid, fds in sides_of(model, state) for fd in fds or (None,)]


def _ends(holders: tuple[Holder, ...]) -> list[HolderEntry]:
    return [HolderEntry(one.pid, one.fd) for one in holders]


def _channels(look: Look) -> Iterator[Channel]:
    shown = set(look.shown)
    told = {finding.channel for finding in look.findings}
    for pid in look.shown:
        for state in look.model.processes[pid].threads.values():
            told |= {one.channel for one in state.waits_for}
    for channel in look.model.channels.values():
        if channel.name in told or (channel.path and shown & {e.pid for e in channel.holders}):
            yield channel


def _channel(channel: Channel) -> ChannelEntry:
    return ChannelEntry(
        name=_readable(channel.name),
        kind=channel.kind,
        inode=channel.inode,
        queued=channel.queued,
        capacity=channel.capacity,
        readers=_ends(channel.readers),
        writers=_ends(channel.writers),
    )
