"""Tells what traced processes record: a source of events for the log."""

from __future__ import annotations

import contextlib
import time
from bisect import bisect_right
from collections.abc import Collection, Iterable
from operator import attrgetter
from pathlib import Path

from ipcviz.events import Event, ProcessExec, ProcessExit, ProcessStart
from ipcviz.observers.names import Names
from ipcviz.observers.tracer.directory import Found, RingDirectory
from ipcviz.observers.tracer.loading import Loading
from ipcviz.observers.tracer.process import TracedProcess
from ipcviz.observers.tracer.shared import Unreadable
from ipcviz.text import readable

SWEEP_EVERY = 1_000_000_000
"""Nanoseconds between two looks for processes that ended unseen and for calls not recorded."""
AT_ONCE = 512
"""Records that are told in one go, about, of all threads, each the same share. What is beyond
stays in the rings, so that a flood of calls does not hold up the screen for long."""
AT_END = 8192
"""Records that are told when a process ends that has recorded every call; else AT_ONCE, since it
is too late to tell all. What is beyond is counted."""
HELD_BACK = 50_000_000
"""Nanoseconds for which what was read is held back, at most, for what stayed in other rings and
happened before."""
LONGEST_REASON = 400
CUT_SHORT = "a file with its records was cut short"
_BY_TIME = attrgetter("t")


class TracerObserver:
    """Reads every ring of a run. Asked by the log before it appends anything.

    rings: the directory that the traced processes were given. names: what the pipes are called.
    began: when the run began, in nanoseconds of CLOCK_MONOTONIC. kernel_only: the roles that
    are not traced, since the scenario says so.
    """

    def __init__(
        self, rings: Path, names: Names, began: int, kernel_only: Collection[str] = ()
    ) -> None:
        self._directory = RingDirectory(rings)
        self._names, self._began = names, began
        self._loading = Loading(kernel_only)
        self._roles: dict[int, str | None] = {}
        self._processes: dict[int, TracedProcess] = {}
        self._ready: list[Event] = []
        self._drained = -1
        self._swept = 0
        self._looked = -1

    def until(self, moment: int) -> list[Event]:
        """What has happened until then, in nanoseconds since the run began, and was not told."""
        self._drain_until(moment)
        return self._tell(min(moment, self._complete_until()))

    def before(self, event: Event) -> list[Event]:
        """What is to be told before this event: at a process's end all that is left of it."""
        pid = event.pid
        if isinstance(event, ProcessExit) and pid is not None:
            self._find(self._now())
            self._end(pid)
            self._drain_until(event.t)
            return self._tell(event.t)
        told = self.until(event.t)
        if isinstance(event, ProcessStart | ProcessExec) and pid is not None:
            self._roles[pid] = event.role
            if pid in self._processes:
                self._processes[pid].plays(event.role)
                self._drained = -1  # it need not wait any more, whatever moment is asked for
            self._ready += self._loading.begins(pid, event.role, event.t)
        return told

    @property
    def behind(self) -> bool:
        """Whether more is left in the rings than could be told in one go."""
        return any(process.behind for process in self._processes.values())

    @property
    def unknown(self) -> bool:
        """Whether a process has recorded something that was not told to have started: a look at
        all processes finds it."""
        return any(self._waits(process) for process in self._processes.values())

    def told_all(self, moment: int) -> bool:
        """Whether `until` has told all that was recorded until this moment."""
        waiting = filter(self._waits, self._processes.values())
        return (
            moment <= self._drained
            and not self.behind
            and all(process.made > moment for process in waiting)
        )

    def looked(self, moment: int) -> None:
        """Every process that lived at this moment was told to have started."""
        if self.unknown:
            self._drained = -1
        self._looked = moment

    def close(self) -> None:
        """Let go of every file."""
        for process in self._processes.values():
            process.close()
        self._processes.clear()

    def _now(self) -> int:
        return time.monotonic_ns() - self._began

    def _tell(self, moment: int) -> list[Event]:
        count = bisect_right(self._ready, moment, key=_BY_TIME)
        told = self._ready[:count]
        del self._ready[:count]
        return told

    def _complete_until(self) -> int:
        """Up to when nothing that was recorded is left unread, as far as that is waited for."""
        now = self._now()
        reached = (process.reached for process in self._processes.values())
        return max(now - HELD_BACK, min((one for one in reached if one is not None), default=now))

    def _drain_until(self, moment: int, most: int = AT_ONCE) -> None:
        if moment <= self._drained:
            return
        began = self._now()
        self._find(began)
        known = [one for one in self._processes.values() if not self._waits(one)]
        known.sort(key=attrgetter("behind"))
        ready = len(self._ready)
        for number, process in enumerate(known):
            left = max(0, ready + most - len(self._ready))
            self._read(process, left // (len(known) - number))
        self._ready += self._loading.decide(began)
        if began - self._swept > SWEEP_EVERY:
            self._sweep(began)
        self._ready.sort(key=_BY_TIME)
        self._drained = began

    def _waits(self, process: TracedProcess) -> bool:
        """Whether its calls wait until it was told that it has started: calls of a process that
        is not known tell little. One that a look has not found has ended."""
        return process.pid not in self._roles and process.made > self._looked

    def _find(self, now: int) -> None:
        new = self._directory.new()
        for found in new:
            process = self._processes.get(found.pid)
            if process is not None and process.is_another_program(found):
                # What it has recorded until then is of the program that it ran until then.
                self._read(process, AT_END, ended=True)
        for found in new:
            if found.kind == "why":
                self._refuse(found, now)
            else:
                self._add(found, now)

    def _refuse(self, found: Found, now: int) -> None:
        with contextlib.suppress(OSError), open(found.path, "rb") as file:
            why = readable(file.read(LONGEST_REASON)).strip()
            self._ready += self._loading.refused(found.pid, why, now)
        self._remove([found])

    def _add(self, found: Found, now: int) -> None:
        process = self._processes.get(found.pid)
        try:
            if process is None or process.is_another_program(found):
                process = self._begin(found, now, process)
            process.add(found)
        except Unreadable:
            self._remove([found])
            return
        if found.kind == "ring":
            self._ready += self._loading.loaded(found.pid, now, main=found.tid == found.pid)

    def _begin(self, found: Found, now: int, before: TracedProcess | None) -> TracedProcess:
        """A process, or another program in the place of the one before."""
        made = min(now, found.made - self._began)
        process = TracedProcess(found.pid, self._names, self._began, made)
        process.plays(self._roles.get(found.pid))
        if before is not None:
            for sites in before.give_up_sites():
                process.add(sites)
            self._forget(before)
        self._processes[found.pid] = process
        return process

    def _read(
        self, process: TracedProcess, most: int, ended: bool = False, unrecorded: bool = False
    ) -> bool:
        """Take what a process has recorded, and count what it could not; whether more can come."""
        now = self._now()
        try:
            self._ready += process.drain(now, most, ended)
            if unrecorded:
                self._ready += process.unrecorded(now)
        except Unreadable:
            self._ready += self._loading.refused(process.pid, CUT_SHORT, now)
            self._forget(process)
            return False
        return True

    def _sweep(self, now: int) -> None:
        self._swept = now
        for process in list(self._processes.values()):
            if self._waits(process):
                continue
            if process.lives():
                unneeded = process.unneeded()
                if self._read(process, AT_ONCE, unrecorded=True) and not process.behind:
                    process.let_go(unneeded)
                    self._remove(unneeded)
            else:
                self._end(process.pid)

    def _end(self, pid: int) -> None:
        """A process has ended: read the last of it."""
        process = self._processes.get(pid)
        if process is not None:
            most = AT_END if process.complete else AT_ONCE
            self._read(process, most, ended=True, unrecorded=True)
            self._ready.sort(key=_BY_TIME)
            self._forget(process)
        self._loading.ends(pid)
        self._roles.pop(pid, None)

    def _forget(self, process: TracedProcess) -> None:
        if self._processes.pop(process.pid, None) is not None:
            self._remove(process.close())

    def _remove(self, files: Iterable[Found]) -> None:
        for file in files:
            self._directory.remove(file.path)
