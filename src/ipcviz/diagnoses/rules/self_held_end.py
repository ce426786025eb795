"""self-held-end: a reader keeps its own end of file away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from msgspec import structs

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import WAKE_UPS, absence, peer, sleepers
from ipcviz.diagnoses.standstill import standstill
from ipcviz.diagnoses.words import its_pipe, processes
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Holder, Severity, State, Wanted
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph
from ipcviz.model.words import joined


class SelfHeldEnd(Rule):
    """A reader itself holds a write end of the pipe that it waits on: no end of file can come."""

    name: ClassVar[str] = "self-held-end"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each reader of an empty pipe that holds a write end of it. One in a deadlock has
        others to wait for as well."""
        deadlocked = {pid for group in graph.groups() for pid in group.members}
        for process, state in sleepers(model):
            channel = _read_from(model, process, state)
            own = _own_ends(process, channel) if channel is not None else []
            if channel is None or not own:
                continue
            found = _suspicion(model, process, state, channel, own)
            still = standstill(model, channel)
            if still is not None and process.pid not in deadlocked:
                who = named(model, process.pid)
                yield structs.replace(
                    found,
                    since=still.since,
                    severity="warning",
                    certain=still.certain,
                    what=f"{found.what[:-1]}, and nobody is left who could answer {who}.",
                    do=_way_out(model, who, channel, own),
                )
            yield found


def _suspicion(
    model: Model, process: Process, state: State, channel: Channel, own: list[Holder]
) -> Suspicion:
    who = named(model, process.pid)
    return Suspicion(
        since=state.began,
        severity="info",
        certain=True,
        pids=(process.pid,),
        channel=channel.name,
        what=f"{who} waits for data on {its_pipe(channel)}.",
        why=f"It holds a write end of it itself ({_fds(own)}), so no end of file can come"
        + _others(model, process, channel),
        do=f"To learn when the others are gone, {_cure(who, channel, own)}.",
        unless=("fifo-removed",),
    )


def _read_from(model: Model, process: Process, state: State) -> Channel | None:
    """The pipe from which alone a thread waits for data, but for what merely wakes it."""
    if state.call not in ("read", "poll"):
        return None
    wanted = [one for one in state.waits_for if not _wakes(model, process, state, one)]
    if len(wanted) != 1 or wanted[0].end != "data":
        return None
    return model.channels.get(wanted[0].channel or "")


def _wakes(model: Model, process: Process, state: State, wanted: Wanted) -> bool:
    """Whether this is how a process wakes itself: an event counter, or a pipe of its own that it
    polls beside others, or that another of its threads writes to."""
    channel = model.channels.get(wanted.channel or "")
    if channel is None:
        return wanted.on in WAKE_UPS
    alone = channel.kind == "pipe" and {end.pid for end in channel.holders} == {process.pid}
    return alone and (len(state.waits_for) > 1 or len(process.threads) > 1)


def _own_ends(process: Process, channel: Channel) -> list[Holder]:
    return [end for end in channel.writers if end.pid == process.pid]


def _others(model: Model, process: Process, channel: Channel) -> str:
    others = sorted({end.pid for end in channel.writers} - {process.pid})
    if others:
        return f"; else only {processes(model, others)} can write to it."
    role = peer(model, channel, reads=False)
    gone = absence(model, role) if role is not None else ""
    return f", and {gone}." if gone else "; nobody else holds one."


def _cure(who: str, channel: Channel, own: list[Holder]) -> str:
    if any(end.mode == "read-write" for end in own):
        return f"let {who} open {channel.name} with O_RDONLY"
    return f"let {who} close {_fds(own)} before it reads"


def _way_out(model: Model, who: str, channel: Channel, own: list[Holder]) -> str:
    role = peer(model, channel, reads=False)
    start = f"Start {role} again, or end {who}" if role and absence(model, role) else f"End {who}"
    return f"{start}; to see an end of file next time, {_cure(who, channel, own)}."


def _fds(own: list[Holder]) -> str:
    return f"fd {joined([str(end.fd) for end in own])}"
