"""Whether somebody who sleeps goes on soon, as far as what they wait for tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ipcviz.diagnoses.situation import WAKE_UPS
from ipcviz.events import TERMINAL, State, Wanted
from ipcviz.model import Model, Process

SOON = 10.0
"""Seconds. Whoever sleeps for so long at most is slow, and not stuck."""


class Prospect(NamedTuple):
    """What is to be expected of a process that sleeps.

    soon: it runs, sleeps for a short while only, or waits for somebody who does, or for something
        that is not looked at: a network, a disk.
    held: it waits for a person at a terminal, or is held stopped by ipcviz, or hangs on somebody
        of whom that is so.
    since: when the last of all on whom it hangs came to do what it does.
    """

    soon: bool
    held: bool
    since: int


def prospect(model: Model, pids: Iterable[int]) -> Prospect:
    """What is to be expected of the likeliest of these to go on. Whoever waits for ipcviz to end
    is no help."""
    todo, done = list(pids), set(model.above_ipcviz)
    held, since = False, 0
    while todo:
        pid = todo.pop()
        if pid in done:
            continue
        done.add(pid)
        process = model.processes.get(pid)
        if process is None or process.state == "running":
            return Prospect(True, held, since)
        for state in process.threads.values():
            since = max(since, state.began)
            held = held or _is_held(process, state)
            if _ends_soon(model, process, state):
                return Prospect(True, held, since)
            if state.state == "blocked":
                todo += _could_end(model, process, state)
    return Prospect(False, held, since)


def _is_held(process: Process, state: State) -> bool:
    if state.state == "stopped":
        return process.stopped_by_ipcviz
    return state.state == "ready" or any(_is_terminal(one) for one in state.waits_for)


def _ends_soon(model: Model, process: Process, state: State) -> bool:
    """Whether the wait ends by itself before long, or by something that is not looked at."""
    if state.limit is not None and state.limit <= SOON:
        return True
    if state.state != "blocked" or state.call == "open":
        return False
    if state.call == "wait":
        return state.releasers is None  # a child has ended, or one was not seen yet
    if state.call == "futex":
        return state.releasers is None and len(process.threads) == 1
    if not state.waits_for:
        return state.on not in WAKE_UPS
    return any(_is_beyond(model, wanted) for wanted in state.waits_for)


def _is_beyond(model: Model, wanted: Wanted) -> bool:
    """Whether it is a socket, a file or the like, or a pipe of which the other end is out of
    sight."""
    if wanted.on is not None:
        return wanted.on not in WAKE_UPS and not _is_terminal(wanted)
    return wanted.channel in model.channels and not any(_others(model, wanted))


def _is_terminal(wanted: Wanted) -> bool:
    return wanted.on is not None and wanted.on.startswith(TERMINAL)


def _could_end(model: Model, process: Process, state: State) -> Iterator[int]:
    """Those who could end the wait, as far as they are known."""
    if isinstance(state.releasers, tuple):
        yield from state.releasers
    for wanted in state.waits_for:
        yield from wanted.pids
        yield from _others(model, wanted)
    signals = process.signals
    if state.call in ("pause", "poll") and signals is not None and "SIGCHLD" in signals.caught:
        yield from (one.pid for one in model.living() if one.ppid == process.pid)


def _others(model: Model, wanted: Wanted) -> Iterator[int]:
    """Those at the other end of a pipe."""
    channel = model.channels.get(wanted.channel or "")
    if channel is not None and wanted.end in ("data", "space"):
        ends = channel.writers if wanted.end == "data" else channel.readers
        yield from (end.pid for end in ends)
