"""signal-blocked: a signal that is never delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, Signals
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import WaitGraph
from ipcviz.model.words import joined

_HARMLESS = ("SIGCONT", "SIGURG", "SIGWINCH")
"""They do their work without delivery, or are ignored by default (signal(7))."""


class SignalBlocked(Rule):
    """A signal is pending for a process that blocks it in every thread: it is not delivered."""

    name: ClassVar[str] = "signal-blocked"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process with such signals, but for one that is stopped: that takes none at all."""
        for process in model.living():
            waiting = sorted(_waiting(model, process))
            if not waiting or process.signals is None or process.state == "stopped":
                continue
            names, who = joined(waiting), named(model, process.pid)
            several = len(waiting) > 1
            it = "them" if several else "it"
            yield Suspicion(
                since=min(process.undelivered[signal] for signal in waiting),
                severity="warning",
                certain=False,
                pids=(process.pid,),
                what=f"{names} {'were' if several else 'was'} sent to {who}, which blocks {it}: so"
                f" {'they are' if several else 'it is'} not delivered.",
                why=_why(process, process.signals, waiting),
                do=f"Let {who} unblock {it} (sigprocmask(2)), or start it with an empty mask.",
            )


def _waiting(model: Model, process: Process) -> set[str]:
    """The signals that would do something, and wait. SIGCHLD does nothing by default, either; it
    matters to a parent that has a child to wait for."""
    ignored = process.signals.ignored if process.signals is not None else ()
    waiting = set(process.undelivered).difference(_HARMLESS, ignored)
    children = (one for one in model.processes.values() if one.ppid == process.pid)
    if "SIGCHLD" in waiting and not any(child.state == "zombie" for child in children):
        waiting.remove("SIGCHLD")
    return waiting


def _why(process: Process, signals: Signals, waiting: list[str]) -> str:
    """What blocks them: its own doing, its handler, or who started it."""
    they, it = ("They are", "them") if len(waiting) > 1 else ("It is", "it")
    mask = "the mask of each of its threads" if len(process.threads) > 1 else "its mask"
    blocked = f"{they} in {mask}, and no sigwait(3) or signalfd(2) of it takes {it}."
    if not set(waiting).isdisjoint(signals.caught):
        return f"{blocked} A handler that still runs blocks its own signal, too (sigaction(2))."
    return f"{blocked} A mask survives execve(2): who started it may have blocked {it} already."
