"""What is different from what was told before."""

from __future__ import annotations

import signal
from collections.abc import Iterator

from msgspec import structs

from ipcviz.events import Event, ProcessContinue, ProcessStop, Signals
from ipcviz.observers.kernel.accepted import accepted
from ipcviz.observers.kernel.cut import ProcessLook, times_run
from ipcviz.observers.kernel.procfs import parse_stat, read
from ipcviz.observers.kernel.view import View, final
from ipcviz.observers.kernel.waits import signal_names
from ipcviz.scenarios import signals

_AT_REST = ("stopped", "exited")
_STOPPED = "T"
"""The letter of a process that a signal stopped, and not a tracer."""
_STOPS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)


def stops(view: View, now: int) -> Iterator[Event]:
    """Processes that were stopped, and that go on."""
    running = {seen.look.pid for seen in view.states if final(seen).state not in _AT_REST}
    for look in view.looks:
        stopped = look.pid not in running
        if look.ended or stopped == look.process.stopped:
            continue
        look.process.stopped = stopped
        pid, role = look.pid, look.process.role
        if stopped:
            by = _stopped_by(look)
            yield ProcessStop(t=now, source="kernel", pid=pid, role=role, signal=by)
        else:
            yield ProcessContinue(t=now, source="kernel", pid=pid, role=role)


def _stopped_by(look: ProcessLook) -> str | None:
    """The signal that stopped it, which newer kernels keep where the exit code will be: of the
    process, not of its threads. Null where that is not told, or something else holds it."""
    try:
        stat = parse_stat(read(f"/proc/{look.pid}/stat"))
    except OSError:
        return None
    by_signal = stat.state == _STOPPED and stat.exit_code in _STOPS
    return signals.name(stat.exit_code) if by_signal else None


def signal_sets(view: View, now: int) -> Iterator[Event]:
    """Processes whose signal sets are others."""
    for look in view.looks:
        if look.ended or look.signals is None:
            continue
        accepts = accepted(look)
        if (look.signals, accepts) == look.process.told_signals:
            continue
        look.process.told_signals = look.signals, accepts
        yield Signals(
            t=now,
            source="kernel",
            pid=look.pid,
            role=look.process.role,
            pending=signal_names(look.signals.pending),
            blocked=signal_names(look.signals.blocked),
            accepted=signal_names(accepts),
            ignored=signal_names(look.signals.ignored),
            caught=signal_names(look.signals.caught),
            first=look.signals.first,
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
