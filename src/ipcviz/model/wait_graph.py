"""The wait-for graph: which sleeping threads only sleeping threads could release.

A thread that waits on several things goes on as soon as one of them comes, so any one releaser
suffices (the OR model).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from typing import NamedTuple

from ipcviz.events import State
from ipcviz.model.entities import Process
from ipcviz.model.model import Model

_CALLS = ("read", "write", "poll", "wait", "futex")
"""The calls whose releasers can be known. Anybody may come to open() a FIFO."""

Thread = tuple[int, int]
"""(pid, tid)."""


class Group(NamedTuple):
    """Processes of which none goes on unless another of them does first. `victims`: others, which
    only they could release."""

    members: tuple[int, ...]
    victims: tuple[int, ...]


class WaitGraph:
    """Who could release whom, as the model tells it now."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._releasers = dict(self._known_releasers())
        self.closed = self._closed()
        """The threads that wait for closed threads only, and so for nobody who can move."""
        self._awaited: dict[int, frozenset[int]] = {}
        for thread in sorted(self.closed):
            pid = thread[0]
            self._awaited[pid] = self.releasers(pid) | self._releasers[thread]
        self._reach = {pid: self._reached_from(pid) for pid in self._awaited}

    def is_closed(self, pid: int) -> bool:
        """Whether every thread of a process is closed."""
        process = self._model.processes.get(pid)
        return process is not None and _all_in(process, self.closed)

    def releasers(self, pid: int) -> frozenset[int]:
        """The processes that could release a closed thread of this one."""
        return self._awaited.get(pid, frozenset())

    def groups(self) -> list[Group]:
        """The deadlocks of two or more processes, and who waits for each."""
        found: dict[frozenset[int], Group] = {}
        for pid, members in self._reach.items():
            mutual = pid in members and all(self._reach[other] == members for other in members)
            if mutual and len(members) > 1 and members not in found:
                found[members] = Group(tuple(sorted(members)), self.victims(members))
        return list(found.values())

    def victims(self, pids: Iterable[int]) -> tuple[int, ...]:
        """The other processes of which a closed thread waits for one of these, be it through
        others."""
        members = frozenset(pids)
        waiting = {pid for pid, reached in self._reach.items() if members & reached}
        return tuple(sorted(waiting - members))

    def states(self, pid: int) -> Iterator[State]:
        """What the threads of a process do."""
        process = self._model.processes.get(pid)
        return iter(process.threads.values() if process is not None else ())

    def _known_releasers(self) -> Iterator[tuple[Thread, frozenset[int]]]:
        """The threads that would be closed if their releasers were, and these."""
        above_hidden = frozenset(self._above_hidden())
        for process in self._model.living():
            for tid, state in process.threads.items():
                releasers = _releasers(state)
                if releasers and above_hidden.isdisjoint((process.pid, *releasers)):
                    yield (process.pid, tid), releasers

    def _above_hidden(self) -> Iterator[int]:
        """Whoever has a descendant that ipcviz may not look into: it may have inherited any end."""
        for process in self._model.living():
            if process.hidden:
                yield from (one.pid for one in self._model.lineage(process))

    def _closed(self) -> frozenset[Thread]:
        closed = set(self._releasers)
        while True:
            stuck = {one.pid for one in self._model.living() if _all_in(one, closed)}
            dropped = {thread for thread in closed if not self._releasers[thread] <= stuck}
            if not dropped:
                return frozenset(closed)
            closed -= dropped

    def _reached_from(self, pid: int) -> frozenset[int]:
        """Those that it waits for, those that these wait for, and so on."""
        reached: set[int] = set()
        todo = [pid]
        while todo:
            new = self.releasers(todo.pop()) - reached
            reached |= new
            todo += new
        return frozenset(reached)


def _all_in(process: Process, threads: Set[Thread]) -> bool:
    """Whether it was looked at, and each thread of it is among these."""
    return bool(process.threads) and all((process.pid, tid) in threads for tid in process.threads)


def _releasers(state: State) -> frozenset[int]:
    """All who could end a wait; none where not everybody is known, or nobody is needed."""
    if state.state != "blocked" or state.timed or state.call not in _CALLS:
        return frozenset()
    return frozenset(state.releasers or ())
