"""One look at chosen processes, told as the events that a run would tell of them."""

from __future__ import annotations

import contextlib
import os
import resource
import time
from collections.abc import Iterable, Iterator, Set

from msgspec import structs

from ipcviz.events import (
    EVENT_COUNTER,
    Event,
    Fill,
    Holder,
    Mode,
    ProcessExec,
    ProcessExit,
    ProcessStart,
    State,
)
from ipcviz.log import Log
from ipcviz.observers.kernel import changes
from ipcviz.observers.kernel.channels import Channels
from ipcviz.observers.kernel.clocks import asleep_for
from ipcviz.observers.kernel.counting import Counting
from ipcviz.observers.kernel.cut import check
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.opening import OpenWait
from ipcviz.observers.kernel.process import Process
from ipcviz.observers.kernel.procfs import GONE, parse_command, read
from ipcviz.observers.kernel.sockets import peer
from ipcviz.observers.kernel.view import Seen, View, see
from ipcviz.observers.names import Names
from ipcviz.observers.survey import related
from ipcviz.observers.survey.scan import Scan

_ROUNDS = 8
"""How often everything is read anew at most: until nobody else comes to matter."""
_MODES: dict[tuple[bool, bool], Mode] = {
    (True, False): "read",
    (False, True): "write",
    (True, True): "read-write",
}
"""How an end is held that can be read from and written to, or not."""
_ROUNDS_AT_REST = 2
"""How often at least, unless nobody who slept has run in between."""
_LONG_AGO = 10**18
"""Nanoseconds. So long ago began what nobody can tell the beginning of."""
_TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
_EVENT_COUNTER_LINK = "anon_inode:[eventfd]"


class Survey:
    """Follows some of the processes that were scanned, and tells of them to a log."""

    def __init__(self, log: Log, scan: Scan, apart: Set[int]) -> None:
        """`apart`: ipcviz itself, who started it, and above: they wait for it, and so for nobody
        else."""
        self._log = log
        self._scan = scan
        self._apart = apart
        self._processes: dict[int, Process] = {}
        self._told: set[int] = set()
        self._threads_gone: list[tuple[int, int]] = []
        self._channels = Channels(Names({}, {}))
        self._counting = Counting(apart=0)
        self._view = View()
        _allow_many_files()

    def look(self, pids: Iterable[int] = ()) -> None:
        """Look at these processes, at whoever holds what they wait on, and so on along the waits,
        and tell what is new since the last look."""
        new = set(pids)
        for done in range(1, _ROUNDS + 1):
            self._follow(new)
            moved = self._see()
            self._scan.take_up()
            new = self._related() - self._processes.keys()
            if not new and (not moved or done >= _ROUNDS_AT_REST):
                break
        self._doubt(new)
        for event in self._events(self._log.now()):
            self._log.append(event)

    def opening(self) -> Iterator[tuple[int, Key | None, str]]:
        """Everybody who waits in open(2) of a FIFO: their pids, which FIFO that is, null where it
        could not be found any more, and its path."""
        for seen in self._view.states:
            sleep = self._view.sleeps.get(seen.thread.thread)
            if sleep is not None and isinstance(sleep.wait, OpenWait):
                yield seen.look.pid, sleep.wait.key, os.path.normpath(sleep.wait.path)

    def close(self) -> None:
        """Let go of the processes."""
        for process in self._processes.values():
            process.close()
        self._processes.clear()

    def _follow(self, pids: Set[int]) -> None:
        near = related.closure(pids, self._scan, self._apart)
        for pid in sorted(near | related.unseen_near(near, self._scan)):
            if pid in self._processes:
                continue
            with contextlib.suppress(*GONE, PermissionError):
                self._processes[pid] = Process(pid, None, False, None, self._log.now())

    def _see(self) -> bool:
        """Read everything, and read again what tells whether it held: true if somebody who slept
        has run."""
        for pid, process in self._processes.items():
            self._threads_gone += [(pid, tid) for tid in process.refresh_threads()]
        self._view = see(list(self._processes.values()), self._channels, self._view)
        here = {look.pid for look in self._view.looks}
        for pid in self._processes.keys() - here:
            self._processes.pop(pid).close()
        for look in self._view.looks:
            check(look)
        return any(one.asleep and one.ran for look in self._view.looks for one in look.threads)

    def _doubt(self, unseen: Set[int]) -> None:
        """Whoever has a pipe in common with one of these who were not looked at, or is a parent of
        one, may be released by that one at any time: it counts as running."""
        near = {self._scan.processes[pid].ppid for pid in unseen}
        for pid in unseen:
            keys = (key for key, _, _ in self._scan.processes[pid].ends.values())
            near |= related.holders(keys, self._scan)
        for look in self._view.looks:
            if look.pid in near:
                for one in look.threads:
                    one.ran = True

    def _related(self) -> set[int]:
        """Whoever matters to those that were looked at."""
        pids = {look.pid for look in self._view.looks} - self._apart
        states = [seen.state for seen in self._view.states]
        links = {link for seen in self._view.states if (link := _hangs_on(seen)) is not None}
        found = related.closure(pids, self._scan, self._apart) | related.named_in(states)
        found |= related.holders(self._waited_on(states), self._scan)
        found |= related.sharing(links, self._scan)
        return found & self._scan.processes.keys()

    def _waited_on(self, states: Iterable[State]) -> Iterator[Key]:
        keys = self._keys()
        for state in states:
            for wanted in state.waits_for:
                if wanted.channel in keys:
                    yield keys[wanted.channel]

    def _keys(self) -> dict[str | None, Key]:
        """Which pipe each name stands for."""
        return {self._channels.names.name(key): key for key in self._view.pipes}

    def _events(self, now: int) -> Iterator[Event]:
        yield from self._comings_and_goings(now)
        yield from changes.stops(self._view, now)
        yield from changes.signal_sets(self._view, now)
        keys = self._keys()
        fills = [self._with_others(fill, keys.get(fill.channel)) for fill in self._view.fills]
        yield from self._channels.changes(self._view.pipes, fills, now)
        yield from self._counting.changes(self._view, now)
        yield from self._dated(list(changes.states(self._view, now)), now)

    def _with_others(self, fill: Fill, pipe: Key | None) -> Fill:
        """With the ends that those hold who do not matter otherwise, and were not looked at."""
        others = self._scan.holders(pipe) - self._processes.keys() if pipe is not None else set()
        ends = [
            Holder(pid=pid, fd=fd, mode=_MODES[reads, writes], cloexec=True)
            for pid in sorted(others)
            for fd, (key, reads, writes) in sorted(self._scan.processes[pid].ends.items())
            if key == pipe and (reads or writes)
        ]
        if not ends:
            return fill
        return structs.replace(
            fill,
            readers=(*fill.readers, *(end for end in ends if end.mode != "write")),
            writers=(*fill.writers, *(end for end in ends if end.mode != "read")),
        )

    def _comings_and_goings(self, now: int) -> Iterator[Event]:
        for pid, tid in self._threads_gone:
            yield State(t=now, source="kernel", pid=pid, tid=tid, state="exited")
        self._threads_gone.clear()
        here = {look.pid for look in self._view.looks}
        above = {pid for known in here for pid in self._scan.ancestors(known)}
        for pid in sorted(self._told - here - self._scan.processes.keys()):
            self._told.remove(pid)
            yield ProcessExit(t=now, source="kernel", pid=pid)
        for pid in sorted(here & self._told):
            yield from self._other_program(self._processes[pid], now)
        for pid in sorted((here | above) & self._scan.processes.keys() - self._told):
            self._told.add(pid)
            yield self._start(pid, now)

    def _other_program(self, process: Process, now: int) -> Iterator[ProcessExec]:
        command = process.read_command()
        if command and command != process.command:
            process.command = command
            yield ProcessExec(t=now, source="kernel", pid=process.pid, command=command)

    def _start(self, pid: int, now: int) -> ProcessStart:
        one, process = self._scan.processes[pid], self._processes.get(pid)
        command = process.command if process is not None else _command(pid)
        age = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - one.start * _TICK
        return ProcessStart(
            t=now - age,
            source="kernel",
            pid=pid,
            ppid=one.ppid,
            command=command or (one.name,),
            orphaned=related.orphaned(one, self._scan),
            session=one.session,
        )

    def _dated(self, events: list[Event], now: int) -> Iterator[Event]:
        """With the time at which each thread fell asleep, as far as the kernel tells."""
        looks = {(seen.look.pid, seen.thread.thread.tid): seen.thread for seen in self._view.states}
        undated = {
            (event.pid or 0, event.tid or 0)
            for event in events
            if isinstance(event, State) and event.since is None and event.state != "running"
        }
        ages = asleep_for({one: looks[one].stat.processor for one in undated})
        for event in events:
            thread = event.pid or 0, event.tid or 0
            if thread not in undated:
                yield event
                continue
            since = now - int(ages[thread] * 1e9) if thread in ages else now - _LONG_AGO
            looks[thread].thread.told_since = since
            yield structs.replace(event, since=since)


def _hangs_on(seen: Seen) -> str | None:
    """What the descriptors lead to, of others, that could end this wait: to the other end of a
    socket, to the file that is locked, to an eventfd(2)."""
    state, descriptors = seen.state, seen.look.descriptors or {}
    if state.releasers and EVENT_COUNTER in (state.on or ""):
        return _EVENT_COUNTER_LINK
    descriptor = descriptors.get(-1 if state.fd is None else state.fd)
    if descriptor is None:
        return None
    locked = any(wanted.lock is not None for wanted in state.waits_for)
    return descriptor.target if locked else peer(seen.look.pid, descriptor.target)


def _allow_many_files() -> None:
    """Up to what the system allows: each process that is looked at takes a descriptor or two."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _command(pid: int) -> tuple[str, ...]:
    try:
        return parse_command(read(f"/proc/{pid}/cmdline"))
    except OSError:
        return ()
