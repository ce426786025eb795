"""leaked-end: a write end that was forgotten keeps end of file away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import waits_for_data
from ipcviz.diagnoses.words import doing, holders
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph

_AFTER_STANDARD_STREAMS = 3


class LeakedEnd(Rule):
    """A reader waits for end of file, and only somebody who forgot the write end holds it."""

    name: ClassVar[str] = "leaked-end"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each reader of an empty pipe whose writers have all forgotten that they are."""
        for reader, state, channel in waits_for_data(model):
            reasons = _forgotten(model, reader, channel, frozenset())
            if reasons is None:
                continue
            pids = tuple(reasons)
            who, pipe = named(model, reader.pid), _pipe(channel)
            several = len(channel.writers) > 1
            ends = "The write ends left are" if several else "The only write end left is"
            do = "do" if len(pids) > 1 else "does"
            yield Suspicion(
                since=max(state.began, *(_last_state(model, pid) for pid in pids)),
                severity="warning",
                certain=False,
                pids=(reader.pid, *pids),
                channel=channel.name,
                what=f"{who} waits for data or end of file on {pipe}, and probably none comes.",
                why=f"{ends} held by {holders(model, channel.writers)}, which {do} not write: "
                + "; ".join(reasons.values())
                + ".",
                do="Close it there (close-on-exec, or a redirection), or do not wait for end of"
                " file to learn that a child has ended.",
                unless=("deadlock",),
            )


def _forgotten(
    model: Model, reader: Process, channel: Channel, above: frozenset[str]
) -> dict[int, str] | None:
    """Why each writer of a pipe will not write: pid to a clause; null where one may."""
    if channel.contents != 0 or channel.name in above:
        return None
    pids = sorted({end.pid for end in channel.writers})
    if not pids or reader.pid in pids:
        return None
    reasons: dict[int, str] = {}
    for pid in pids:
        writer = model.processes.get(pid)
        if writer is None or not _asleep(writer, channel) or _descends(model, reader, pid):
            return None
        origin = _origin(model, writer, channel)
        if not origin or not _silent(model, writer, channel, above):
            return None
        reasons[pid] = f"{named(model, pid)} {doing(model, pid)} and has written nothing; {origin}"
    return reasons


def _asleep(writer: Process, channel: Channel) -> bool:
    """Whether all of it sleeps, and in no call on the pipe."""
    return bool(writer.threads) and all(
        state.state in ("blocked", "sleeping")
        and all(one.channel != channel.name or one.end == "data" for one in state.waits_for)
        for state in writer.threads.values()
    )


def _silent(model: Model, writer: Process, channel: Channel, above: frozenset[str]) -> bool:
    """Whether it has never written to the pipe; one that only passes on what it reads, from a pipe
    that is forgotten itself, will not either (tee(1))."""
    if writer.traced and channel.told and channel.account.written == 0:
        return True
    if writer.counts and writer.counts[-1].written_bytes == 0:
        return True
    inputs = [own for one, _, own in waits_for_data(model) if one is writer]
    beneath = above | {channel.name}
    return any(_forgotten(model, writer, own, beneath) is not None for own in inputs)


def _origin(model: Model, writer: Process, channel: Channel) -> str:
    """How it came to hold an end that it does not know of; empty where it may well know."""
    held_by = {end.pid for end in channel.writers}
    top: Process | None = writer
    while top is not None and not top.orphaned:
        top = model.processes.get(top.ppid) if top.ppid in held_by else None
    if top is not None:
        return "whoever started it has ended"
    parent = model.processes.get(writer.ppid)
    ends = [end for end in channel.writers if end.pid == writer.pid]
    stranger = (
        channel.kind == "pipe"
        and parent is not None
        and parent.command != writer.command
        and all(
            end.fd >= _AFTER_STANDARD_STREAMS and not end.cloexec and not end.named for end in ends
        )
    )
    return "it was started with that end open, and was not told of it" if stranger else ""


def _descends(model: Model, process: Process, pid: int) -> bool:
    """Whether this pid is an ancestor of the process."""
    above = model.processes.get(process.ppid)
    while above is not None:
        if above.pid == pid:
            return True
        above = model.processes.get(above.ppid)
    return False


def _last_state(model: Model, pid: int) -> int:
    states = model.processes[pid].threads.values()
    return max((state.began for state in states), default=0)


def _pipe(channel: Channel) -> str:
    return "its pipe" if channel.kind == "pipe" else channel.name
