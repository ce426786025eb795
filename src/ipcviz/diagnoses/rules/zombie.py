"""zombie: nobody waits for a process that has ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import doing, process
from ipcviz.events import Severity, State
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import WaitGraph

UNREAPED_LONG = 1_000_000_000
"""Nanoseconds that a parent may take to wait for its child."""
_ROUND = 60.0
"""Seconds. Many a program looks for ended children now and then: one that sleeps for so long at
most neglects none until it has slept anew."""
_INIT = 1


class Zombie(Rule):
    """A process has ended, and its parent sleeps and does not wait for it (wait(2))."""

    name: ClassVar[str] = "zombie"
    severity: ClassVar[Severity] = "warning"
    after: ClassVar[int] = UNREAPED_LONG

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each zombie whose parent is there and does nothing about it. Who that is of an orphan is
        known outside of a run only: in one it is ipcviz, or another that stands in for it."""
        for child in model.processes.values():
            parent = model.processes.get(child.ppid)
            ended, sleep = child.telling, parent.telling if parent is not None else None
            if parent is None or ended is None or sleep is None or child.state != "zombie":
                continue
            since = _neglected_since(model, parent, sleep, ended)
            if since is not None and not (child.orphaned and model.is_run):
                yield _suspicion(model, child, parent, since)


def _neglected_since(model: Model, parent: Process, sleep: State, ended: State) -> int | None:
    """Since when a parent sleeps as if it had no such child; null where it does not."""
    if sleep.state not in ("blocked", "sleeping", "ready"):
        return None
    if sleep.timed and sleep.limit is not None and sleep.limit <= _ROUND:
        has_had_its_turn = sleep.began - ended.began >= UNREAPED_LONG
        return ended.began if has_had_its_turn else None
    if _comes_to_it_later(model, parent, sleep):
        return None
    return max(ended.began, sleep.began)


def _comes_to_it_later(model: Model, parent: Process, sleep: State) -> bool:
    """Whether a parent waits for another child first, or reads what that one writes."""
    if sleep.call == "wait":
        return any(wanted.pids for wanted in sleep.waits_for)
    if sleep.call != "read":
        return False
    pipes = (model.channels.get(wanted.channel or "") for wanted in sleep.waits_for)
    writers = {end.pid for pipe in pipes if pipe is not None for end in pipe.writers}
    return any(one.ppid == parent.pid for one in model.living() if one.pid in writers)


def _suspicion(model: Model, child: Process, parent: Process, since: int) -> Suspicion:
    ended, waits_not = process(model, child.pid), process(model, parent.pid)
    why = (
        "It keeps its pid and its exit code until its parent calls wait(2);"
        f" {waits_not} {doing(model, parent.pid)}."
    )
    do = f"Let {waits_not} call wait(2) whenever SIGCHLD comes, or ignore SIGCHLD from the start."
    if parent.pid == _INIT:
        why += " Whoever started it has ended, and that one stands in."
        do += " As the first process of a container, run an init that does."
    return Suspicion(
        since=since,
        severity="warning",
        certain=True,
        pids=(child.pid, parent.pid),
        unless=("deadlock", "leaked-end"),  # what holds up the parent comes first
        what=f"{ended} has ended, and its parent {waits_not} has not waited for it.",
        why=why,
        do=do,
    )
