"""Folds what processes do: they start, run, change their state and end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipcviz.events import (
    Buffered,
    CallEnter,
    Counts,
    Event,
    Output,
    ProcessExec,
    ProcessExit,
    ProcessFork,
    ProcessObserve,
    ProcessStart,
    State,
)
from ipcviz.model.entities import Process
from ipcviz.model.fold_channels import bring, told_on, weigh

if TYPE_CHECKING:
    from ipcviz.model.model import Model

ENDED_AT_MOST = 1_000
"""Ended processes that are remembered; beyond them the oldest are forgotten."""


def _start(model: Model, event: ProcessStart) -> None:
    assert event.pid is not None
    process = Process(event.pid, event.ppid, event.command, event.t, event.role)
    process.session = event.session
    process.orphaned_since = event.t if event.orphaned else None
    model.processes[event.pid] = process
    model.signalled = {sent for sent in model.signalled if sent[0] != event.pid}
    _cast(model, process)
    for channel in model.channels.values():
        channel.forked(event.ppid)


def _exec(model: Model, event: ProcessExec) -> None:
    process = model.processes.get(event.pid or 0)
    if process is None:
        return
    process.run(event.command)
    if event.role is not None and process.role != event.role:
        process.role = event.role
        _cast(model, process)


def _cast(model: Model, process: Process) -> None:
    role = model.roles.get(process.role) if process.role else None
    if role is not None:
        role.process = process
        role.starts += 1


def _exit(model: Model, event: ProcessExit) -> None:
    process = model.processes.get(event.pid or 0)
    if process is None:
        return
    process.ended_by_ipcviz = (process.pid, event.signal) in model.signalled
    model.fresh_signals = tuple(process.arrivals.end(event, process.traced))
    process.end(event)
    _orphan(model, process, event.t)
    for channel in model.channels.values():
        bring(model, channel, channel.ended(process.pid, event.t))
    if model.hooks is not None:
        model.hooks.ended(process.pid)
    _forget(model, process)


def _orphan(model: Model, ended: Process, t: int) -> None:
    """The children of a process that has ended are orphans, whether or not it was waited for."""
    for child in model.processes.values():
        if child.ppid == ended.pid and child.alive and not child.orphaned:
            child.orphaned_since = t


def _forget(model: Model, ended: Process) -> None:
    """Forget the process that ended long ago, but for one that a role shows."""
    model.ended.append(ended.pid)
    while len(model.ended) > ENDED_AT_MOST:
        oldest = model.processes.get(model.ended.popleft())
        shown = any(role.process is oldest for role in model.roles.values())
        if oldest is not None and not oldest.alive and not shown:
            del model.processes[oldest.pid]


def _state(model: Model, event: State) -> None:
    process = model.processes.get(event.pid or 0)
    if process is None or not process.alive:
        return
    tid = event.tid or process.pid
    if event.state == "exited":
        process.threads.pop(tid, None)
    else:
        process.threads[tid] = event
    if event.state == "zombie":
        _orphan(model, process, event.t)


def _observe(model: Model, event: ProcessObserve) -> None:
    model.traced = model.traced or event.loaded
    process = model.processes.get(event.pid or 0)
    if process is not None:
        process.observed = event
        for channel in model.channels.values():
            weigh(model, channel)


def _fork(model: Model, event: ProcessFork) -> None:
    for channel in model.channels.values():
        channel.forked(event.pid or 0)


def _buffer(model: Model, event: Buffered) -> None:
    process = model.processes.get(event.pid or 0)
    if process is None:
        return
    if event.bytes:
        process.buffered[event.channel, event.fd] = event.bytes
    else:
        process.buffered.pop((event.channel, event.fd), None)


def _count(model: Model, event: Counts) -> None:
    process = model.processes.get(event.pid or 0)
    if process is not None:
        process.counts = (*process.counts[-1:], event)


def _output(model: Model, event: Output) -> None:
    if event.role is not None and event.role in model.roles:
        model.roles[event.role].output.append((event.stream, event.text))


def _enter(model: Model, event: CallEnter) -> None:
    process = model.processes.get(event.pid or 0)
    if process is not None:
        process.enter(event)
    if event.channel is not None:
        told_on(model, event.channel)


FOLDS: dict[type[Event], Callable[[Model, Any], None]] = {
    ProcessStart: _start,
    ProcessFork: _fork,
    ProcessObserve: _observe,
    ProcessExec: _exec,
    ProcessExit: _exit,
    State: _state,
    CallEnter: _enter,
    Buffered: _buffer,
    Counts: _count,
    Output: _output,
}
"""What each type of event does to the model."""
