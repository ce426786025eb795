"""The wait-for graph: which sleeping threads only sleeping threads could release.

A thread that waits on several things goes on as soon as one of them comes, so any one releaser
suffices (the OR model).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ipcviz.events import State
from ipcviz.model.entities import Process
from ipcviz.model.model import Model

_CALLS = ("read", "write", "poll", "wait", "futex")
"""The calls whose releasers can be known. Anybody may come to open() a FIFO."""

Thread = tuple[int, int]
"""(pid, tid)."""


@dataclass(frozen=True)
class Group:
    """Processes of which none goes on unless another of them does first. `victims`: others, which
    only they could release."""

    members: tuple[int, ...]
    victims: tuple[int, ...]


class WaitGraph:
    """Who could release whom, as the model tells it now."""

    def __init__(self, model: Model) -> None:
        self._model = model
        above_hidden = set(self._above_hidden())
        self._releasers = {
            (process.pid, tid): frozenset(state.releasers)
            for process in model.living()
            for tid, state in process.threads.items()
            if _all_known(state)
            and isinstance(state.releasers, tuple)
            and above_hidden.isdisjoint((process.pid, *state.releasers))
        }
        self.closed = self._closed()
        """The threads that nobody else's thread can still release."""

    def is_closed(self, pid: int) -> bool:
        """Whether every thread of a process is closed."""
        process = self._model.processes.get(pid)
        return (
            process is not None
            and process.alive
            and bool(process.threads)
            and all((pid, tid) in self.closed for tid in process.threads)
        )

    def releasers(self, pid: int) -> frozenset[int]:
        """The processes that could release a closed thread of this one."""
        found = (self._releasers[thread] for thread in self.closed if thread[0] == pid)
        return frozenset().union(*found)

    def groups(self) -> list[Group]:
        """The deadlocks of two or more processes, and who waits for each."""
        reach = {pid: self._reach(pid) for pid in {pid for pid, _ in self.closed}}
        found: dict[frozenset[int], Group] = {}
        for pid, reached in reach.items():
            members = reached if pid in reached else frozenset()
            if len(members) < 2 or any(reach[other] != members for other in members):
                continue
            victims = (one for one, beyond in reach.items() if members & beyond)
            found[members] = Group(
                tuple(sorted(members)), tuple(sorted(set(victims).difference(members)))
            )
        return list(found.values())

    def states(self, pid: int) -> Iterator[State]:
        """What the threads of a process do."""
        process = self._model.processes.get(pid)
        return iter(process.threads.values() if process is not None else ())

    def _above_hidden(self) -> Iterator[int]:
        """Whoever has a descendant that ipcviz may not look into: it may have inherited any end."""
        for process in self._model.living():
            above = self._model.processes.get(process.ppid) if process.hidden else None
            while above is not None:
                yield above.pid
                above = self._model.processes.get(above.ppid)

    def _closed(self) -> frozenset[Thread]:
        closed = set(self._releasers)
        while True:
            open_pids = {
                process.pid
                for process in self._model.processes.values()
                if not _inside(process, closed)
            }
            dropped = {
                thread
                for thread in closed
                if any(
                    pid in open_pids or pid not in self._model.processes
                    for pid in self._releasers[thread]
                )
            }
            if not dropped:
                return frozenset(closed)
            closed -= dropped

    def _reach(self, pid: int) -> frozenset[int]:
        reached: set[int] = set()
        todo = [pid]
        while todo:
            new = self.releasers(todo.pop()) - reached
            reached |= new
            todo += new
        return frozenset(reached)


def _inside(process: Process, closed: set[Thread]) -> bool:
    return bool(process.threads) and all((process.pid, tid) in closed for tid in process.threads)


def _all_known(state: State) -> bool:
    return (
        state.state == "blocked"
        and not state.timed
        and state.call in _CALLS
        and isinstance(state.releasers, tuple)
        and bool(state.releasers)
    )
