"""stopped-process: stopped, and nobody lets it go on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import sleepers
from ipcviz.diagnoses.words import process as named
from ipcviz.diagnoses.words import processes
from ipcviz.events import Severity
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import WaitGraph

_BY = {
    "SIGTTIN": "the terminal, since it wanted to read from it in the background (SIGTTIN)",
    "SIGTTOU": "the terminal, since it wanted to change it in the background (SIGTTOU)",
    "SIGTSTP": "SIGTSTP, as by ctrl+z",
    "SIGSTOP": "SIGSTOP, which somebody sent",
}
_TERMINAL = ("SIGTTIN", "SIGTTOU", "SIGTSTP")


class StoppedProcess(Rule):
    """A process is stopped, and goes on only when somebody sends it SIGCONT."""

    name: ClassVar[str] = "stopped-process"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process of which every thread is stopped, and who waits for it."""
        for process in model.living():
            if not process.threads or process.state != "stopped":
                continue
            waiting = sorted(
                {
                    other.pid
                    for other, state in sleepers(model)
                    if isinstance(state.releasers, tuple) and process.pid in state.releasers
                }
                - {process.pid}
            )
            who = named(model, process.pid)
            waits = "wait" if len(waiting) > 1 else "waits"
            yield Suspicion(
                since=max(state.began for state in process.threads.values()),
                severity="info" if process.stopped_by_ipcviz else "warning",
                certain=True,
                pids=(process.pid, *waiting),
                what=f"{who} is stopped"
                + (f", and {processes(model, waiting)} {waits} for it." if waiting else "."),
                why=_why(process),
                do=_cure(process, who),
            )


def _why(process: Process) -> str:
    keeps = "It keeps its descriptors, and what it is sent waits for it (signal(7))."
    if process.stopped_by_ipcviz:
        return f"ipcviz stopped it. {keeps}"
    by = _freezer(process) or _BY.get(process.stopped_by or "")
    return f"It was stopped by {by}. {keeps}" if by else keeps


def _freezer(process: Process) -> str | None:
    """What else than a signal stopped it."""
    return process.telling.on if process.telling is not None else None


def _cure(process: Process, who: str) -> str:
    if _freezer(process):
        return f"Thaw the control group of {who}; SIGCONT does not."
    if process.stopped_by in _TERMINAL and not process.stopped_by_ipcviz:
        return f"Bring {who} to the foreground (fg in its shell), or send it SIGCONT."
    return f"Send {who} SIGCONT."
