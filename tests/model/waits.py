"""Processes and who could release each of their threads, told by events."""

from __future__ import annotations

from typing import Any

from ipcviz.events import ProcessStart, State
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph


class Waits:
    """Processes and what their threads do."""

    def __init__(self) -> None:
        self.model = Model()

    def start(self, pid: int, **fields: Any) -> None:
        given = {"ppid": 0, "command": ("program",), **fields}
        self.model.apply(ProcessStart(t=0, pid=pid, **given))

    def state(self, pid: int, tid: int | None = None, **fields: Any) -> None:
        if pid not in self.model.processes:
            self.start(pid)
        self.model.apply(State(t=0, pid=pid, tid=tid or pid, **fields))

    def waits(self, pid: int, *releasers: int, tid: int | None = None, **fields: Any) -> None:
        """A thread sleeps, by default in a read, and these could release it."""
        given = {"call": "read", "releasers": releasers, "agreed": True, **fields}
        self.state(pid, tid, state="blocked", **given)

    def runs(self, pid: int, tid: int | None = None) -> None:
        self.state(pid, tid, state="running")

    def hide(self, pid: int, state: str = "blocked", **fields: Any) -> None:
        """A process of which neither calls nor descriptors may be seen."""
        self.start(pid, **fields)
        self.state(pid, state=state, call=None)

    @property
    def graph(self) -> WaitGraph:
        return WaitGraph(self.model)

    @property
    def closed(self) -> set[int]:
        """The processes of which every thread is closed."""
        return {pid for pid in self.model.processes if self.graph.is_closed(pid)}
