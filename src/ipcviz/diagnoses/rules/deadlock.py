"""deadlock: processes that wait for each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import doing, process, processes
from ipcviz.events import Severity, State
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import Group, WaitGraph

_ALARMS = ("SIGALRM", "SIGVTALRM", "SIGPROF")
_EXPLAINED_BY = ("deadlock", "self-held-end", "leaked-end", "fifo-removed", "handler-stuck")
_NOTHING_MOVES = "Nothing moves unless somebody outside signals or ends one of them."


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
                yield _of_one(model, one)
        if model.is_run:
            yield from _standstill(model)


def _of_group(model: Model, graph: WaitGraph, group: Group) -> Suspicion:
    states = [state for pid in group.members for state in graph.states(pid)]
    doubts = list(_doubts(model, group.members, states))
    victims = f" {processes(model, group.victims)} waits for them." if group.victims else ""
    return Suspicion(
        since=max(state.began for state in states),
        severity="error",
        certain=not doubts,
        pids=group.members,
        channel=_only_channel(states),
        what=f"{processes(model, group.members)} wait for each other, so none of them can go on."
        + victims,
        why=" ".join([_each(model, group.members), *doubts]),
        do=_NOTHING_MOVES,
    )


def _doubts(model: Model, pids: Iterable[int], states: list[State]) -> Iterator[str]:
    """Why it is only likely: how the group could still be released."""
    if not all(state.agreed for state in states):
        yield "They moved while they were looked at."
    hidden = [one.pid for one in model.living() if one.hidden]
    if hidden:
        yield f"What {processes(model, hidden)} holds open cannot be seen."
    for pid in pids:
        signals = model.processes[pid].signals
        if signals is not None and not set(_ALARMS).isdisjoint(signals.caught):
            yield f"A timer's signal may still wake {process(model, pid)}."
    awaited = {one.channel for state in states for one in state.waits_for if one.end == "data"}
    for name in sorted(name for name in awaited if name is not None):
        channel = model.channels.get(name)
        if channel is not None and _strangers_can_open(channel):
            yield f"Somebody else may still open {name} and write to it."


def _strangers_can_open(channel: Channel) -> bool:
    private = channel.info is not None and channel.info.private
    return channel.path is not None and not private and channel.instead is None


def _waits_for_itself(process: Process) -> bool:
    """Whether each thread sleeps in a private futex, and no signal has a handler."""
    signals = process.signals
    return (
        bool(process.threads)
        and signals is not None
        and not signals.caught
        and all(
            state.call == "futex" and state.releasers == (process.pid,)
            for state in process.threads.values()
        )
    )


def _of_one(model: Model, one: Process) -> Suspicion:
    who, count = process(model, one.pid), len(one.threads)
    threads = "Its only thread waits" if count == 1 else f"All its {count} threads wait"
    return Suspicion(
        since=max(state.began for state in one.threads.values()),
        severity="error",
        certain=False,
        pids=(one.pid,),
        what=f"{who} waits for itself.",
        why=f"{threads} for a lock that only one of its own threads could free (futex(2)).",
        do=f"End {who}; look for a lock that is taken twice, or two that are taken in two orders.",
    )


def _standstill(model: Model) -> Iterator[Suspicion]:
    """Nobody of a run moves, though it cannot be proved who holds up whom."""
    living = list(model.living())
    if len(living) < 2 or not all(one.threads for one in living):
        return  # of one that was not looked at yet nothing is known
    states = [state for one in living for state in one.threads.values()]
    if not all(_is_held(state) for state in states):
        return
    if not all(model.starter(role).starts for role in model.roles.values()):
        return
    pids = tuple(sorted(one.pid for one in living))
    yield Suspicion(
        since=max(state.began for state in states),
        severity="error",
        certain=False,
        pids=pids,
        channel=_only_channel(states),
        what=f"{processes(model, pids)} all wait, and nobody is left who could release one.",
        why=_each(model, pids),
        do=_NOTHING_MOVES,
        unless=_EXPLAINED_BY,
    )


def _is_held(state: State) -> bool:
    """Blocked without a time limit, on a pipe, a process or a lock."""
    on_others = any(one.channel or one.pids or one.lock for one in state.waits_for)
    return state.state == "blocked" and not state.timed and on_others


def _each(model: Model, pids: Iterable[int]) -> str:
    """What each of them does, in one sentence."""
    clauses = [f"{process(model, pid)} {doing(model, pid)}" for pid in pids]
    return "; ".join(clauses) + "."


def _only_channel(states: Iterable[State]) -> str | None:
    channels = {one.channel for state in states for one in state.waits_for if one.channel}
    return channels.pop() if len(channels) == 1 else None
