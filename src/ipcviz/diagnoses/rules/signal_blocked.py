"""signal-blocked: a signal that is never delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import WaitGraph
from ipcviz.model.words import joined

_HARMLESS = ("SIGCONT", "SIGURG", "SIGWINCH")
"""They take effect without delivery, or are ignored by default (signal(7))."""


class SignalBlocked(Rule):
    """A signal is pending for a process that blocks it in every thread: it is not delivered."""

    name: ClassVar[str] = "signal-blocked"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process with such signals, if it sleeps and takes them in no other way."""
        for process in model.living():
            waiting = _waiting(model, process)
            if not waiting or process.signals is None or process.state in ("running", "stopped"):
                continue
            names, who = joined(waiting), named(model, process.pid)
            several = len(waiting) > 1
            yield Suspicion(
                since=process.signals.t,
                severity="warning",
                certain=False,
                pids=(process.pid,),
                what=f"{names} {'wait' if several else 'waits'} to be delivered to {who}, which"
                f" blocks {'them' if several else 'it'}.",
                why="Every thread of it has the signal in its mask, and none waits for it with"
                " sigwait(3) or a signalfd(2). A mask survives execve(2): it may stem from the"
                " program that started this one.",
                do=f"Let {who} unblock {'them' if several else 'it'} (sigprocmask(2)), or start it"
                " with an empty mask.",
            )


def _waiting(model: Model, process: Process) -> list[str]:
    signals = process.signals
    if signals is None:
        return []
    if not signals.pending:
        return []
    stuck = set(signals.pending) & set(signals.blocked) - set(signals.accepted) - set(_HARMLESS)
    zombies = "SIGCHLD" in stuck and any(
        child.ppid == process.pid and child.state == "zombie" for child in model.processes.values()
    )
    if not zombies:
        stuck.discard("SIGCHLD")
    return sorted(stuck)
