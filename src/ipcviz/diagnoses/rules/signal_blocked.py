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
_CHILD_ENDED = "SIGCHLD"


class SignalBlocked(Rule):
    """A signal is pending for a process that blocks it in every thread: it is not delivered."""

    name: ClassVar[str] = "signal-blocked"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process with such signals, but for one that is stopped: that takes none at all."""
        for process in model.living():
            since = _waiting(model, process)
            if not since or process.signals is None or process.state == "stopped":
                continue
            waiting = sorted(since)
            names, who = joined(waiting), named(model, process.pid)
            several = len(waiting) > 1
            it = "them" if several else "it"
            yield Suspicion(
                since=min(since.values()),
                severity="warning",
                certain=False,
                pids=(process.pid,),
                what=f"{names} {'were' if several else 'was'} sent to {who}, which blocks {it}: so"
                f" {'they are' if several else 'it is'} not delivered.",
                why=_why(process, process.signals, waiting),
                do=f"Let {who} unblock {it} (sigprocmask(2)), or start it with an empty mask.",
            )


def _waiting(model: Model, process: Process) -> dict[str, int]:
    """The signals that would do something and wait, since each does.

    One that a process handles may come again and again, and each time be taken while nobody looks:
    of that one counts how long the process has slept. Of others, to be taken would have ended it.
    """
    ignored = process.signals.ignored if process.signals is not None else ()
    caught = process.signals.caught if process.signals is not None else ()
    asleep = max((state.began for state in process.threads.values()), default=0)
    found: dict[str, int] = {}
    for signal, since in process.undelivered.items():
        if signal in (*_HARMLESS, *ignored):
            continue
        waits = any(state.call == "wait" for state in process.threads.values())
        if signal == _CHILD_ENDED and (waits or not _has_zombie(model, process)):
            continue  # system(3) blocks it while it waits for its own child
        if signal != _CHILD_ENDED and signal not in caught:
            found[signal] = since
        elif process.state != "running":
            found[signal] = max(since, asleep)
    return found


def _has_zombie(model: Model, process: Process) -> bool:
    """Whether a child waits to be waited for: else it does not matter that one has ended."""
    children = (one for one in model.processes.values() if one.ppid == process.pid)
    return any(child.state == "zombie" for child in children)


def _why(process: Process, signals: Signals, waiting: list[str]) -> str:
    """What blocks them: its own doing, its handler, or who started it."""
    they, it = ("They are", "them") if len(waiting) > 1 else ("It is", "it")
    mask = "the mask of each of its threads" if len(process.threads) > 1 else "its mask"
    blocked = f"{they} in {mask}, and no sigwait(3) or signalfd(2) of it takes {it}."
    if not set(waiting).isdisjoint(signals.caught):
        return f"{blocked} A handler that still runs blocks its own signal, too (sigaction(2))."
    return f"{blocked} A mask survives execve(2): who started it may have blocked {it} already."
