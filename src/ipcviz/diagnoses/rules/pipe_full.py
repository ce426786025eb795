"""pipe-full: a writer waits for a reader that does not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.prospects import Prospect, prospect
from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import held_since, sleepers, wanted_ends
from ipcviz.diagnoses.words import doing, holders, its_pipe, processes
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, State
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph
from ipcviz.text import bytes_text

PAGE = 4096
"""Bytes in one of the slots of a pipe (pipe(7))."""


class PipeFull(Rule):
    """A writer waits for room in a pipe, and its reader is there and does not read (pipe(7))."""

    name: ClassVar[str] = "pipe-full"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each writer that waits for room, where no reader goes on soon: others are merely slow.
        A deadlock explains more, and a pipe further on whose reader is stuck."""
        for writer, state in sleepers(model):
            for channel in _full(model, state):
                expected = prospect(model, _readers(channel))
                if channel.readers and not expected.soon:
                    yield _suspicion(model, graph, writer, state, channel, expected)


def _full(model: Model, state: State) -> Iterator[Channel]:
    """The pipes that the thread waits for room in."""
    for wanted in wanted_ends(state, "space"):
        channel = model.channels.get(wanted.channel or "")
        if channel is not None and (state.call == "write" or _may_be_full(channel)):
            yield channel


def _may_be_full(channel: Channel) -> bool:
    """Whether so much is in it that no slot may be left: pieces that share no slot are longer than
    one together. A poll alone proves nothing, since an edge-triggered epoll(7) may wait on a pipe
    that has room."""
    queued, capacity = channel.queued, channel.capacity
    return queued is not None and capacity is not None and 2 * (queued + PAGE) >= capacity


def _suspicion(
    model: Model,
    graph: WaitGraph,
    writer: Process,
    state: State,
    channel: Channel,
    expected: Prospect,
) -> Suspicion:
    readers = _readers(channel)
    explained = (
        expected.held
        or writer.pid in _deadlocked(graph)
        or all(pid != writer.pid and _passes_on(model, graph, pid) for pid in readers)
    )
    who, others = named(model, writer.pid), processes(model, readers)
    read, them = ("do not read", "them") if len(readers) > 1 else ("does not read", "it")
    waits = "; ".join(_doing(model, graph, pid, writer) for pid in readers)
    return Suspicion(
        since=max(state.began, expected.since, held_since(model, channel)),
        severity="info" if explained else "warning",
        certain=state.agreed,
        pids=(writer.pid, *(pid for pid in readers if pid != writer.pid)),
        channel=channel.name,
        what=f"{who} waits for room in {its_pipe(channel)}, and nobody reads from it.",
        why=f"{holders(model, channel.readers)} could read the {bytes_text(channel.queued or 0)} in"
        f" it, and {read}: {waits}.",
        do=f"Write no more than fits, or let another thread of {who} read meanwhile."
        if readers == [writer.pid]
        else f"Let {others} read, or end {them}: then {who} gets SIGPIPE, or EPIPE from its write.",
    )


def _readers(channel: Channel) -> list[int]:
    return list(dict.fromkeys(end.pid for end in channel.readers))


def _deadlocked(graph: WaitGraph) -> set[int]:
    return {pid for group in graph.groups() for pid in (*group.members, *group.victims)}


def _passes_on(model: Model, graph: WaitGraph, pid: int) -> bool:
    """Whether a reader itself waits for room in another pipe: it is there that nobody reads."""
    return any(True for state in graph.states(pid) for _ in _full(model, state))


def _doing(model: Model, graph: WaitGraph, pid: int, writer: Process) -> str:
    """What a reader does, and that it waits for the writer where that is so."""
    if pid == writer.pid:
        return "it is in that very write, which only it could end by reading"
    ends = any(writer.pid in one.pids for state in graph.states(pid) for one in state.waits_for)
    because = ", so the reader waits for the writer to end" if ends else ""
    return f"{named(model, pid)} {doing(model, pid)}{because}"
