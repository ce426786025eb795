"""The tree of processes below ipcviz: who appeared, runs another program, or ended."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Collection, Iterator, Mapping

from ipcviz.events import Event, ProcessExec, ProcessExit, ProcessStart, State
from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.claims import Claims
from ipcviz.observers.kernel.process import Process, Thread, follow
from ipcviz.observers.kernel.procfs import numbers
from ipcviz.scenarios import signals

UNDECIDED_FOR = 30_000_000
"""Nanoseconds for which a new process may still be on its way to another program: so long it is
not told of where its command line is not there yet, or its role hangs on it."""


class Tree:
    """Every living process that ipcviz, or something it started, has started."""

    def __init__(self, claims: Claims, apart: Collection[int], tell: Callable[[Event], None]):
        self._claims, self._apart, self._tell = claims, apart, tell
        self._known: dict[int, Process] = {}
        self._own_threads: dict[int, Thread] = {}
        self._children: Mapping[int, str] = {}
        self.children_seen: frozenset[int] = frozenset()
        """The children of ipcviz at the last update."""
        self.adopted: frozenset[int] = frozenset()
        """Children of ipcviz that it did not start: their parents have ended, and it is their
        subreaper (PR_SET_CHILD_SUBREAPER)."""

    def processes(self) -> list[Process]:
        """Those that have been told of, in order of their start."""
        shown = [
            process
            for process in self._known.values()
            if process.announced and (not process.own or process.pid in self._children)
        ]
        return sorted(shown, key=lambda process: (process.start, process.pid))

    def complete(self) -> bool:
        """Whether no process has a child that has not been seen yet, nor ipcviz itself, which
        adopts those whose parents have ended."""
        children = (
            pid
            for process in self._known.values()
            for thread in process.threads.values()
            for pid in thread.child_pids()
        )
        return all(pid in self._known for pid in children) and (
            self.children_of_ipcviz() <= self.children_seen
        )

    @property
    def undecided(self) -> bool:
        """Whether somebody has been seen of whom nothing is told yet."""
        return not all(process.announced for process in self._known.values())

    def update(self, children: Mapping[int, str], now: int) -> None:
        """Find out who is there, and tell of what changed, in order."""
        self._children = children
        for process in list(self._known.values()):
            if not process.alive():
                self._end(process, now)
        for pid, role in children.items():
            self._add(pid, None, True, role, now)
        self._descend(now)
        for process in list(self._known.values()):
            for tid in process.refresh_threads():
                self._tell(
                    State(
                        t=now,
                        source="kernel",
                        pid=process.pid,
                        tid=tid,
                        role=process.role,
                        state="exited",
                    )
                )
            self._notice_exec(process, now)
        self._announce(now)

    def children_of_ipcviz(self) -> frozenset[int]:
        """Every child of this process, but for those that are set apart."""
        if threading.active_count() != len(self._own_threads):
            self._follow_own_threads()
        found = (pid for thread in self._own_threads.values() for pid in thread.child_pids())
        return frozenset(found).difference(self._apart)

    def close(self) -> None:
        """Let go of everything."""
        for process in self._known.values():
            process.close()
        for thread in self._own_threads.values():
            thread.close()
        self._known.clear()
        self._own_threads.clear()

    def _add(self, pid: int, parent: Process | None, own: bool, role: str | None, now: int) -> None:
        if pid not in self._known:
            with contextlib.suppress(OSError):
                self._known[pid] = Process(pid, parent, own, role, now)

    def _descend(self, now: int) -> None:
        todo = list(self._known.values())
        while todo or (todo := [self._known[pid] for pid in self._adopt(now)]):
            process = todo.pop()
            for thread in process.threads.values():
                for pid in thread.child_pids():
                    if pid not in self._known:
                        self._add(pid, process, False, None, now)
                        todo += [self._known[pid]] if pid in self._known else []

    def _adopt(self, now: int) -> Iterator[int]:
        """Those that became children of ipcviz and were not seen before."""
        own = (pid for pid, process in self._known.items() if process.own)
        self._follow_own_threads()
        self.children_seen = self.children_of_ipcviz()
        self.adopted = self.children_seen.difference(self._children, own)
        for pid in self.adopted.difference(self._known):
            self._add(pid, None, False, None, now)
            if pid in self._known:
                yield pid

    def _follow_own_threads(self) -> None:
        follow(self._own_threads, os.getpid(), numbers("/proc/self/task"))

    def _announce(self, now: int) -> None:
        waiting = [process for process in self._known.values() if not process.announced]
        for process in sorted(waiting, key=lambda process: (process.start, process.pid)):
            young = now - process.first_seen < UNDECIDED_FOR
            if process.parent is not None and not process.parent.announced:
                continue
            if young and (not process.command or self._may_turn_out(process)):
                continue
            process.announced = True
            process.role = self._claims.take(process)
            self._tell(
                ProcessStart(
                    t=now,
                    source="kernel",
                    pid=process.pid,
                    role=process.role,
                    ppid=process.ppid,
                    command=process.command or (process.name,),
                    orphaned=process.orphaned(),
                )
            )

    def _may_turn_out(self, process: Process) -> bool:
        """Whether it may be a role's process, which only its next program will show."""
        return process.forked and self._claims.could_match(process)

    def _notice_exec(self, process: Process, now: int) -> None:
        command = process.read_command()
        if not command or command == process.command:
            return
        known = bool(process.command)
        process.command, process.forked = command, False
        if process.announced and (known or not process.own):
            process.role = self._claims.take(process)
            self._tell(
                ProcessExec(
                    t=now, source="kernel", pid=process.pid, role=process.role, command=command
                )
            )

    def _end(self, process: Process, now: int) -> None:
        del self._known[process.pid]
        self._claims.release(process)
        if process.announced and not process.own:
            code, signal = _ending(process)
            self._tell(
                ProcessExit(
                    t=now,
                    source="kernel",
                    pid=process.pid,
                    role=process.role,
                    code=code,
                    signal=signal,
                )
            )
        process.close()


def _ending(process: Process) -> tuple[int | None, str | None]:
    """The exit code or the signal's name, neither where nobody can tell."""
    status = native.exit_status(process.pidfd)
    if status is None:
        status = process.exit_code
    if status is None:
        return None, None
    if os.WIFSIGNALED(status):
        return None, signals.name(os.WTERMSIG(status))
    return os.WEXITSTATUS(status), None
