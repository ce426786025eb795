"""Whether a process that sleeps will go on soon, without anybody's doing."""

from __future__ import annotations

from collections.abc import Iterable

from ipcviz.events import TERMINAL, State
from ipcviz.model import Model, Process

SOON = 10.0
"""Seconds. Whoever sleeps for so long at most is slow, and not stuck."""


def at_a_terminal(process: Process) -> bool:
    """Whether it waits for a person: at its terminal, or for a line from ipcviz."""
    return any(
        state.state == "ready" or (state.on or "").startswith(TERMINAL)
        for state in process.threads.values()
    )


def goes_on(model: Model, pid: int, above: frozenset[int] = frozenset()) -> bool:
    """Whether a process runs, sleeps for a short while, or waits for somebody who does, or for
    something outside of what is looked at: a network, a disk. One that is not known (ipcviz
    itself, and who waits for it) is not counted on."""
    process = model.processes.get(pid)
    if process is None or pid in above:
        return False
    below = above | {pid}
    return any(_goes_on(model, state, below) for state in process.threads.values())


def _goes_on(model: Model, state: State, above: frozenset[int]) -> bool:
    if state.state == "running":
        return True
    if state.state == "sleeping" or (state.state == "blocked" and state.timed):
        return state.limit is None or state.limit <= SOON
    if state.state != "blocked" or state.call in ("open", "pause"):
        return False
    others = _others(model, state)
    if others is None:
        return state.on is None or not state.on.startswith(TERMINAL)
    return any(goes_on(model, pid, above) for pid in others)


def _others(model: Model, state: State) -> Iterable[int] | None:
    """Who could end the wait; null where it is on something that is not looked at."""
    pids = {pid for wanted in state.waits_for for pid in wanted.pids}
    for wanted in state.waits_for:
        channel = model.channels.get(wanted.channel or "")
        if channel is not None:
            ends = channel.writers if wanted.end == "data" else channel.readers
            pids |= {end.pid for end in ends}
    known = any(one.pids or one.channel or one.lock or one.signal for one in state.waits_for)
    return pids - {state.pid} if known else None
