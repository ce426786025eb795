"""What is different from what was told before."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from ipcviz.events import Event, ProcessContinue, ProcessStop, Signals
from ipcviz.observers.kernel.cut import times_run
from ipcviz.observers.kernel.view import View, final
from ipcviz.observers.kernel.waits import signal_names

_AT_REST = ("stopped", "exited")


def stops(view: View, now: int) -> Iterator[Event]:
    """Processes that were stopped, and that go on."""
    running = {seen.look.pid for seen in view.states if final(seen).state not in _AT_REST}
    for look in view.looks:
        stopped = look.pid not in running
        if look.ended or stopped == look.process.stopped:
            continue
        look.process.stopped = stopped
        event = ProcessStop if stopped else ProcessContinue
        yield event(t=now, source="kernel", pid=look.pid, role=look.process.role)


def signal_sets(view: View, now: int) -> Iterator[Event]:
    """Processes whose signal sets are others."""
    for look in view.looks:
        if look.ended or look.signals is None or look.signals == look.process.told_signals:
            continue
        look.process.told_signals = look.signals
        yield Signals(
            t=now,
            source="kernel",
            pid=look.pid,
            role=look.process.role,
            pending=signal_names(look.signals.pending),
            blocked=signal_names(look.signals.blocked),
            ignored=signal_names(look.signals.ignored),
            caught=signal_names(look.signals.caught),
        )


def states(view: View, now: int) -> Iterator[Event]:
    """Threads whose state is another, or that slept anew in the same call."""
    for seen in view.states:
        state, thread = final(seen), seen.thread.thread
        runs = b"" if state.state == "running" else times_run(seen.thread.runs)
        if state == thread.told and runs == thread.told_runs:
            continue
        anew = thread.told is None or (thread.told.state, thread.told_runs) != (state.state, runs)
        if anew:
            thread.told_since = now
        thread.told, thread.told_runs = state, runs
        yield structs.replace(state, t=now, since=None if anew else thread.told_since)
