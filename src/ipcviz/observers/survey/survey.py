"""One look at chosen processes, told as the events that a run would tell of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Set

from msgspec import structs

from ipcviz.events import Event, ProcessStart, State
from ipcviz.log import Log
from ipcviz.observers.kernel import changes
from ipcviz.observers.kernel.channels import Channels
from ipcviz.observers.kernel.clocks import asleep_for
from ipcviz.observers.kernel.counting import Counting
from ipcviz.observers.kernel.cut import check
from ipcviz.observers.kernel.process import Process
from ipcviz.observers.kernel.procfs import parse_command, read
from ipcviz.observers.kernel.sockets import peer
from ipcviz.observers.kernel.view import Seen, View, see
from ipcviz.observers.names import Names
from ipcviz.observers.survey import related
from ipcviz.observers.survey.scan import Scanned

_ATTEMPTS = 2
"""How often everything is read at most, until two reads are equal. Of whom they are not, it is told
that they moved."""
_ROUNDS = 20
"""How far a chain of waits is followed."""


class Survey:
    """Follows some of the processes that were scanned, and tells of them to a log."""

    def __init__(self, log: Log, scanned: Mapping[int, Scanned], apart: Set[int]) -> None:
        """`apart`: who started ipcviz, and above: they wait for it, and so for nobody else."""
        self._log = log
        self._apart = apart
        self._scanned = scanned
        self._ends = related.Ends(scanned.values())
        self._processes: dict[int, Process] = {}
        self._told: set[int] = set()
        self._channels = Channels(Names({}, {}))
        self._counting = Counting(apart=0)
        self._view = View()

    def look(self, pids: Iterable[int]) -> None:
        """Look at these processes, at whoever holds what they wait on, and so on along the waits,
        and tell what is new since the last look."""
        new = set(pids)
        for _ in range(_ROUNDS):
            near = related.closure(new, self._scanned, self._ends, self._apart)
            self._follow(near | related.unseen_near(near, self._scanned))
            self._see()
            new = self._beyond() - self._processes.keys()
            if not new:
                break
        now = self._log.now()
        for event in self._events(now):
            self._log.append(event)

    def close(self) -> None:
        """Let go of the processes."""
        for process in self._processes.values():
            process.close()
        self._processes.clear()

    def _follow(self, pids: Iterable[int]) -> None:
        for pid in sorted(pids):
            if pid in self._scanned and pid not in self._processes:
                with contextlib.suppress(OSError):
                    self._processes[pid] = Process(pid, None, False, None, self._log.now())

    def _see(self) -> None:
        for _ in range(_ATTEMPTS):
            for process in self._processes.values():
                process.refresh_threads()
            self._view = see(list(self._processes.values()), self._channels, self._view)
            same = [check(look) for look in self._view.looks]
            self._view.agreed = all(same)
            if self._view.agreed:
                break

    def _beyond(self) -> set[int]:
        """Whoever else matters to those that were looked at."""
        found = related.named_in(seen.state for seen in self._view.states)
        for key in self._awaited():
            found |= self._ends.holders(key)
        return found & self._scanned.keys()

    def _awaited(self) -> set[tuple[int, int]]:
        """The FIFOs that somebody waits to open."""
        awaited = (sleep.wait.awaited() for sleep in self._view.sleeps.values())
        return {one[0] for one in awaited if one is not None}

    def _events(self, now: int) -> Iterable[Event]:
        above = {
            pid for known in self._processes for pid in related.ancestors(known, self._scanned)
        }
        for pid in sorted((self._processes.keys() | above) - self._told):
            self._told.add(pid)
            yield self._start(self._scanned[pid], now)
        yield from changes.stops(self._view, now)
        yield from changes.signal_sets(self._view, now)
        yield from self._channels.changes(self._view.pipes, self._view.fills, now)
        yield from self._counting.changes(self._view, now)
        for event in changes.states(self._view, now):
            yield self._dated(event, now) if isinstance(event, State) else event

    def _start(self, one: Scanned, now: int) -> ProcessStart:
        process = self._processes.get(one.pid)
        command = process.command if process is not None else _command(one.pid)
        return ProcessStart(
            t=now,
            source="kernel",
            pid=one.pid,
            ppid=one.ppid,
            command=command or (one.name,),
            orphaned=related.orphaned(one, self._scanned),
            session=one.session,
        )

    def _dated(self, event: State, now: int) -> State:
        """With the time at which the thread fell asleep, as far as the kernel tells."""
        if event.since is not None or event.state == "running":
            return event
        assert event.pid is not None
        tid = event.tid or event.pid
        seconds = asleep_for(event.pid, tid)
        since = now - int(seconds * 1e9) if seconds is not None else now - _LONG_AGO
        thread = self._processes[event.pid].threads.get(tid)
        if thread is not None:
            thread.told_since = since
        return structs.replace(event, since=since)


def _hangs_on(seen: Seen) -> str | None:
    """What leads to the other end of a socket that is waited on, or to the file that is locked."""
    descriptor = (seen.look.descriptors or {}).get(-1 if seen.state.fd is None else seen.state.fd)
    if descriptor is None:
        return None
    locked = any(wanted.lock is not None for wanted in seen.state.waits_for)
    return descriptor.target if locked else peer(seen.look.pid, descriptor.target)


_LONG_AGO = 10**18
"""Nanoseconds. So long ago began what nobody can tell the beginning of."""


def _command(pid: int) -> tuple[str, ...]:
    try:
        return parse_command(read(f"/proc/{pid}/cmdline"))
    except OSError:
        return ()
