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
    "SIGTTIN": "the terminal stopped it, since it wanted to read there in the background (SIGTTIN)",
    "SIGTTOU": "the terminal stopped it, since it wanted to write there, or to change its settings,"
    " in the background (SIGTTOU)",
    "SIGTSTP": "SIGTSTP stopped it: ctrl+z at its terminal, or a program",
    "SIGSTOP": "SIGSTOP stopped it, which a person or a program sent",
}
_OF_A_JOB = ("SIGTTIN", "SIGTTOU", "SIGTSTP")
_KEEPS = "It keeps its descriptors, and what it is sent waits for it (signal(7))."


class StoppedProcess(Rule):
    """A process is stopped, and goes on only when somebody lets it: by SIGCONT, mostly."""

    name: ClassVar[str] = "stopped-process"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process of which every thread is stopped, and who waits for it."""
        for process in model.living():
            if not process.threads or process.state != "stopped":
                continue
            waiting = _waiting_for(model, process.pid)
            waits = "wait" if len(waiting) > 1 else "waits"
            who = named(model, process.pid)
            yield Suspicion(
                since=max(state.began for state in process.threads.values()),
                severity="info" if process.stopped_by_ipcviz else "warning",
                certain=True,
                pids=(process.pid, *waiting),
                what=f"{who} is stopped"
                + (f", and {processes(model, waiting)} {waits} for it." if waiting else "."),
                why=f"{_cause(process)}. {_KEEPS}",
                do=_cure(model, process, who),
            )


def _waiting_for(model: Model, pid: int) -> list[int]:
    """Who goes on only once this stopped process does, or others that are stopped as well."""
    stopped = {one.pid for one in model.living() if one.state == "stopped"}
    held = {pid}
    while True:
        more = {
            process.pid
            for process, state in sleepers(model)
            if isinstance(state.releasers, tuple)
            and held.intersection(state.releasers)
            and held.union(stopped, {process.pid}).issuperset(state.releasers)
        } - held
        if not more:
            return sorted(held - {pid})
        held |= more


def _cause(process: Process) -> str:
    """What stopped it, so far as that is known; without the last stop."""
    if process.stopped_by_ipcviz:
        return "ipcviz stopped it"
    if process.telling is not None and process.telling.on is not None:
        return f"It is held by {process.telling.on}"
    by = _BY.get(process.stopped_by or "", "a signal stopped it; which one could not be seen")
    return by[0].upper() + by[1:]


def _cure(model: Model, process: Process, who: str) -> str:
    if process.telling is not None and process.telling.on is not None:
        tracers = [pid for wanted in process.telling.waits_for for pid in wanted.pids]
        if tracers:
            return f"Continue it in {processes(model, tracers)}, or detach that; SIGCONT does not."
        return f"Thaw the control group of {who}; SIGCONT does not."
    if process.stopped_by in _OF_A_JOB and not process.stopped_by_ipcviz:
        return f"Bring {who} to the foreground (fg in its shell), or send it SIGCONT."
    return f"Send {who} SIGCONT."
