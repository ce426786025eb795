"""leaked-end: an end of file that cannot come, since somebody holds a write end unawares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from msgspec import Struct

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import WAKE_UPS, held_since, sleepers, wanted_ends
from ipcviz.diagnoses.words import holders, its_pipe
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Holder, Severity, State
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph
from ipcviz.model.words import joined

_ASLEEP = ("blocked", "sleeping", "ready")
_BEYOND_STANDARD_STREAMS = 3
"""The lowest descriptor that nobody expects to be open unless told."""
_INIT = 1
"""The first process, to which orphans come where nobody else takes them."""


class LeakedEnd(Rule):
    """A reader waits for end of file, and only those hold a write end who hardly know of it."""

    name: ClassVar[str] = "leaked-end"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each thread that waits only for pipes of which every writer is one unawares."""
        for reader, state in sleepers(model):
            leaks = _leaks(model, reader, state)
            if leaks:
                yield _suspicion(model, reader, state, leaks)


class _Leak(Struct, frozen=True):
    """What one process holds unawares: write ends of a pipe.

    passes_on: it has written, but only what it reads from a pipe that is leaked itself (tee(1)).
    orphan: whoever started it has ended; else it is a stranger to the pipe, and inherited it.
    since: when all that came to be so.
    """

    channel: Channel
    process: Process
    ends: tuple[Holder, ...]
    passes_on: bool
    orphan: bool
    since: int


def _suspicion(model: Model, reader: Process, state: State, leaks: Sequence[_Leak]) -> Suspicion:
    orphans = any(leak.orphan for leak in leaks)
    pipes = joined(list(dict.fromkeys(its_pipe(leak.channel) for leak in leaks)))
    return Suspicion(
        since=max(state.began, *(leak.since for leak in leaks)),
        severity="warning",
        certain=False,
        pids=(reader.pid, *dict.fromkeys(leak.process.pid for leak in leaks)),
        channel=leaks[0].channel.name,
        what=f"{named(model, reader.pid)} waits for data or end of file on {pipes}.",
        why=_why(model, leaks),
        do="Close it there, or do not wait for end of file."
        if orphans
        else "Close it there, or have it closed on exec where it is opened (FD_CLOEXEC, fcntl(2)).",
    )


def _why(model: Model, leaks: Sequence[_Leak]) -> str:
    ends = [end for leak in leaks for end in leak.ends]
    several = len({leak.process.pid for leak in leaks}) > 1
    have, only_pass, them = ("have", "pass", "them") if several else ("has", "passes", "it")
    silence = {
        False: f"{have} written nothing",
        True: f"only {only_pass} on what comes from a pipe with such an end",
    }
    causes = {
        True: f"whoever started {them} has ended",
        False: "it was probably inherited by mistake",
    }
    return (
        f"The only write {'ends left are' if len(ends) > 1 else 'end left is'} held by"
        f" {holders(model, ends)}, which "
        + " or ".join(silence[one] for one in sorted({leak.passes_on for leak in leaks}))
        + "; "
        + ", or ".join(causes[one] for one in sorted({leak.orphan for leak in leaks}, reverse=True))
        + "."
    )


def _leaks(
    model: Model, reader: Process, state: State, above: frozenset[str] = frozenset()
) -> list[_Leak]:
    """The writers of all that a thread waits for; none where it waits for anything else, but for
    what merely wakes it. `above`: pipes that are asked about already."""
    found: list[_Leak] = []
    for wanted in state.waits_for:
        channel = model.channels.get(wanted.channel or "")
        if wanted.on in WAKE_UPS or _is_own(channel, reader):
            continue
        leaks = _of_pipe(model, reader, channel, above) if wanted.end == "data" else []
        if not leaks:
            return []
        found += leaks
    return found


def _is_own(channel: Channel | None, reader: Process) -> bool:
    """Whether a process alone writes to what it reads, to wake itself."""
    return (
        channel is not None
        and channel.kind == "pipe"
        and {end.pid for end in channel.writers} == {reader.pid}
    )


def _of_pipe(
    model: Model, reader: Process, channel: Channel | None, above: frozenset[str]
) -> list[_Leak]:
    """Every writer of an empty pipe; none where one of them may well write."""
    if channel is None or channel.contents or channel.name in above:
        return []
    found: list[_Leak] = []
    for pid in dict.fromkeys(end.pid for end in channel.writers):
        leak = _of_writer(model, reader, channel, pid, above | {channel.name})
        if leak is None:
            return []
        found.append(leak)
    return found


def _of_writer(
    model: Model, reader: Process, channel: Channel, pid: int, above: frozenset[str]
) -> _Leak | None:
    writer = model.processes.get(pid)
    telling = writer.telling if writer is not None else None
    if writer is None or telling is None or telling.state not in _ASLEEP:
        return None
    if writer in model.lineage(reader) or _uses(writer, channel):
        return None
    orphaned = _orphaned_since(model, reader, writer, channel)
    ends = tuple(end for end in channel.writers if end.pid == pid)
    if orphaned is None and not _is_stranger(model, writer, channel, ends):
        return None
    since, passes_on = max(telling.began, held_since(model, channel)), False
    if model.is_run:  # else it was seen to be an orphan when it was looked at
        since = max(since, orphaned or 0)
    if not _is_silent(writer, channel):
        inputs = [
            leak
            for state in writer.threads.values()
            for leak in _leaks(model, writer, state, above)
        ]
        if not inputs:
            return None
        since, passes_on = max(since, *(leak.since for leak in inputs)), True
    return _Leak(channel, writer, ends, passes_on, orphaned is not None, since)


def _uses(writer: Process, channel: Channel) -> bool:
    """Whether it waits to write."""
    return any(
        wanted.channel == channel.name
        for state in writer.threads.values()
        for wanted in wanted_ends(state, "space")
    )


def _is_silent(writer: Process, channel: Channel) -> bool:
    """Whether it has written nothing to the pipe, as its calls tell, or else nothing at all."""
    if writer.pid in channel.wrote:
        return False
    return writer.traced or (bool(writer.counts) and writer.counts[-1].written_bytes == 0)


def _orphaned_since(model: Model, reader: Process, writer: Process, channel: Channel) -> int | None:
    """When it, or one above it that holds the pipe as well, lost its starter. Not where the same
    starter may have started the reader: then that is how the pipe was meant."""
    holding = {end.pid for end in channel.writers}
    for one in model.lineage(writer):
        if one.pid not in holding:
            return None
        if _was_adopted(model, reader, one, channel):
            return one.started
        if one.orphaned and one.ppid != reader.pid:
            started_both = any(
                above.orphaned and above.ppid == one.ppid for above in model.lineage(reader)
            )
            return None if started_both else one.orphaned_since
    return None


def _was_adopted(model: Model, reader: Process, one: Process, channel: Channel) -> bool:
    """Whether one look shows that its parent, the first process or another that takes in orphans
    (PR_SET_CHILD_SUBREAPER), is not who started a holder: an end of a pipe without a name is
    inherited, and neither that one nor whom it started above the reader has one."""
    if model.is_run or channel.kind != "pipe":
        return False
    holding = {end.pid for end in channel.holders}
    started = {above.pid for above in model.lineage(reader) if above.ppid == one.ppid}
    return (bool(started) or one.ppid == _INIT) and holding.isdisjoint({one.ppid, *started})


def _is_stranger(model: Model, writer: Process, channel: Channel, ends: Sequence[Holder]) -> bool:
    """Whether it runs another program than its parent, to which nobody told the number of an end
    that came to it open."""
    parent = model.processes.get(writer.ppid)
    return (
        channel.kind == "pipe"
        and parent is not None
        and parent.command != writer.command
        and all(
            end.fd >= _BEYOND_STANDARD_STREAMS and not end.cloexec and not end.named for end in ends
        )
    )
