"""deadlock: processes that wait for each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ipcviz.diagnoses.doubts import doubts
from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.standstill import standstill
from ipcviz.diagnoses.words import held_up, in_vain, process, processes
from ipcviz.events import Severity, State
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import Group, WaitGraph

_EXPLAINED_BY = ("deadlock", "self-held-end", "leaked-end", "fifo-removed", "handler-stuck")
_NOTHING_MOVES = "Signal or end one of them from outside: nothing else can move them"


class Deadlock(Rule):
    """Processes wait for each other, so that none of them can go on."""

    name: ClassVar[str] = "deadlock"
    severity: ClassVar[Severity] = "error"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each group of processes that only each other could release, each process whose threads
        all wait for its own locks, and a run of which nobody moves."""
        for group in graph.groups():
            yield _of_group(model, graph, group)
        for one in model.living():
            if _waits_for_itself(one) and graph.is_closed(one.pid):
                yield _of_one(model, graph, one)
        yield from _standstill(model)


def _of_group(model: Model, graph: WaitGraph, group: Group) -> Suspicion:
    states = [state for pid in group.members for state in graph.states(pid)]
    doubtful = list(doubts(model, group.members))
    none = "neither" if len(group.members) == 2 else "none of them"
    so = f"so {'probably ' if doubtful else ''}{none} can go on"
    return Suspicion(
        since=max(state.began for state in states),
        severity="info" if _serves(model, states) else "error",
        certain=not doubtful,
        pids=group.members,
        channel=_only_channel(states),
        what=f"{processes(model, group.members)} wait for each other, {so}."
        + in_vain(model, group.victims, "them"),
        why=" ".join([_each(model, group.members), *doubtful]),
        do=f"{_NOTHING_MOVES}; to avoid it, {_cure(states)}.",
    )


def _serves(model: Model, states: Iterable[State]) -> bool:
    """Whether one of strangers waits for data on a FIFO of which each write end is open for reading
    as well, as a server keeps it that waits for clients; they may come by its path."""
    if model.is_run:
        return False
    wanted = (one for state in states for one in state.waits_for if one.end == "data")
    served = (model.channels.get(one.channel or "") for one in wanted)
    return any(
        channel is not None
        and channel.path is not None
        and channel.instead is None
        and all(end.mode == "read-write" for end in channel.writers)
        for channel in served
    )


def _waits_for_itself(process: Process) -> bool:
    """Whether each thread sleeps in a private futex, and no signal has a handler."""
    signals = process.signals
    return (
        signals is not None
        and not signals.caught
        and all(
            state.call == "futex" and state.releasers == (process.pid,)
            for state in process.threads.values()
        )
    )


def _of_one(model: Model, graph: WaitGraph, one: Process) -> Suspicion:
    who, count = process(model, one.pid), len(one.threads)
    threads = "Its only thread waits" if count == 1 else f"All its {count} threads wait"
    return Suspicion(
        since=max(state.began for state in one.threads.values()),
        severity="error",
        certain=False,
        pids=(one.pid,),
        what=f"{who} waits for itself." + in_vain(model, graph.victims((one.pid,)), who),
        why=f"{threads} for a lock, or for a word from another, that only one of its own threads"
        " could give (futex(2)).",
        do=f"End {who}; look for a lock that is taken twice, two that are taken in two orders, or a"
        " condition that was signalled before anybody waited for it.",
    )


def _standstill(model: Model) -> Iterator[Suspicion]:
    """Nobody of a run moves, though it cannot be proved who holds up whom."""
    still = standstill(model)
    living = list(model.living())
    if still is None or not still.certain or len(living) < 2:
        return  # it is not certain where one waits for a signal
    pids = tuple(sorted(one.pid for one in living))
    yield Suspicion(
        since=still.since,
        severity="error",
        certain=False,
        pids=pids,
        channel=_only_channel(state for one in living for state in one.threads.values()),
        what=f"{processes(model, pids)} all wait, and nobody is left who could release one.",
        why=_each(model, pids),
        do=f"{_NOTHING_MOVES}.",
        unless=_EXPLAINED_BY,
    )


def _each(model: Model, pids: Iterable[int]) -> str:
    """What each of them waits for, in one sentence."""
    return "; ".join(held_up(model, pid) for pid in pids) + "."


def _cure(states: Iterable[State]) -> str:
    """How to write it so that they do not come to wait for each other."""
    states = list(states)
    ends = {one.end for state in states for one in state.waits_for}
    if any(state.call == "wait" for state in states):
        if "space" in ends:
            return "read all that a child writes before waiting for its end"
        return "give a child what it waits for, or close the pipe, before waiting for its end"
    if ends == {"space"}:
        return "let one of them read before it writes on, or use poll(2) to do both"
    if ends == {"data"}:
        return "let one of them write first and flush that, or close a pipe whose end is awaited"
    return "let one of them go on without waiting for the other"


def _only_channel(states: Iterable[State]) -> str | None:
    channels = {one.channel for state in states for one in state.waits_for if one.channel}
    return channels.pop() if len(channels) == 1 else None
