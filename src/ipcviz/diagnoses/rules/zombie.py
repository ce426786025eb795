"""zombie: nobody waits for a process that has ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import process
from ipcviz.events import Severity
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph

UNREAPED_LONG = 1_000_000_000
"""Nanoseconds that a parent may take to wait for its child."""


class Zombie(Rule):
    """A process has ended, and its parent sleeps and does not wait for it (wait(2))."""

    name: ClassVar[str] = "zombie"
    severity: ClassVar[Severity] = "warning"
    after: ClassVar[int] = UNREAPED_LONG

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each zombie whose parent is there and does nothing about it."""
        for child in model.processes.values():
            state, parent = child.telling, model.processes.get(child.ppid)
            if state is None or child.state != "zombie" or parent is None or child.orphaned:
                continue
            if parent.state not in ("blocked", "sleeping", "ready", "stopped"):
                continue
            ended, waits_not = process(model, child.pid), process(model, parent.pid)
            yield Suspicion(
                since=state.began,
                severity="warning",
                certain=True,
                pids=(child.pid, parent.pid),
                what=f"{ended} has ended, and its parent {waits_not} has not waited for it.",
                why="It keeps its pid and its exit code until its parent calls wait(2).",
                do=f"Let {waits_not} wait for its children, or ignore SIGCHLD.",
            )
