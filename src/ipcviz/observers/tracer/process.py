"""One traced process: its threads' rings, and the sites that their records name."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from ipcviz.events import Buffered, Dropped, Event
from ipcviz.observers.names import Names
from ipcviz.observers.tracer.current import CurrentCall
from ipcviz.observers.tracer.directory import Found
from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from ipcviz.observers.tracer.ring import Record, Ring
from ipcviz.observers.tracer.sites import Site, Sites, Unrecorded
from ipcviz.observers.tracer.telling import Teller

LASTED = 1_000_000
"""Nanoseconds after which a call that is under way is told. Of a shorter one the return is."""

ALL = 1 << 62
"""More records than a ring holds."""

SITE_FILES_KEPT = 128
"""Files of sites of a process that stay open. They hold more sites than the tracer remembers
(it forgets all when there are 10,000), so that records do not name those of older ones."""


class _Thread:
    """A thread, by its ring."""

    def __init__(self, ring: Ring, teller: Teller) -> None:
        self.ring, self.teller = ring, teller
        self._current = CurrentCall()
        self.reached = 0
        """Up to when its records were told, in nanoseconds since the run began, if more is left."""
        self.unreadable = 0
        """Records that make no sense, and were not told."""
        self.skipped: dict[int, Unrecorded] = {}
        """Calls that were not told since there were too many, by their sites."""
        self.cut: dict[int, Unrecorded] = {}
        """Calls of whose contents too little was kept, and how many bytes are missing."""

    def drain(self, sites: Sites, most: int, ended: bool) -> list[Event]:
        """What it has recorded since, of about `most` records, and the call that it is in: the
        others are left for the next time. Of a thread that has `ended` they are counted, and the
        call is that which it was in when it was killed."""
        events = list(self._drain(sites, most, ended))
        if events:
            self.reached = events[-1].t
        return events

    def _drain(self, sites: Sites, most: int, ended: bool) -> Iterator[Event]:
        number, began = self.ring.call()
        records = self.ring.drain(ALL if ended else most)
        now = self.teller.now()
        sites.read()
        for at, record in enumerate(records):
            site = sites.get(record[3])
            if site is None:
                self.unreadable += 1
                continue
            self._follow(record, site)
            if ended and at >= most:
                self._skip(record, site)
                continue
            self._miss_contents(record, site)
            try:
                events = self.teller.events(record, site, now)
            except ValueError:
                self.unreadable += 1
            else:
                yield from events
        if not self.ring.behind:
            yield from self._under_way(sites.get(number), began, now if ended else now - LASTED)

    def _under_way(self, site: Site | None, began: float, latest: int) -> Iterator[Event]:
        """The call in the header, if the thread is in it since then at the latest."""
        if site is None or not self._current.is_news(began):
            return
        with contextlib.suppress(ValueError):
            at = self.teller.time(began)
            if at <= latest:
                self._current.told(began)
                yield self.teller.enter(site, at)

    def _follow(self, record: Record, site: Site) -> None:
        unfinished = record[2] == layout.UNFINISHED
        if site.kind != Kind.HANDLER:
            (self._current.told if unfinished else self._current.returned)(record[0])
        elif unfinished:
            self._current.handler_begins()
        else:
            self._current.handler_ends()

    def _skip(self, record: Record, site: Site) -> None:
        if record[2] == layout.UNFINISHED:
            return
        moved = record[2] if site.kind in (Kind.READ, Kind.WRITE) else 0
        _count(self.skipped, site, max(0, moved))

    def _miss_contents(self, record: Record, site: Site) -> None:
        missing = min(record[2], layout.DATA_AT_MOST) - len(record[5])
        if site.kind in (Kind.READ, Kind.WRITE) and record[4] == 0 and missing > 0:
            _count(self.cut, site, missing)


def _count(calls: dict[int, Unrecorded], site: Site, size: int) -> None:
    before = calls.get(site.number, Unrecorded(site, 0, 0))
    calls[site.number] = Unrecorded(site, before.calls + 1, before.bytes + size)


class TracedProcess:
    """A process that makes rings, while it runs one program. `made`: when the first file was,
    in nanoseconds since the run began."""

    def __init__(self, pid: int, names: Names, began: int, made: int) -> None:
        self.pid, self.made = pid, made
        self._names, self._began = names, began
        self._role: str | None = None
        self._sites = Sites()
        self._site_files: list[Found] = []
        self._threads: dict[Found, _Thread] = {}

    def add(self, found: Found) -> None:
        """Read this file, too. Raises Unreadable."""
        if found.kind == "sites":
            self._sites.add(found.path)
            self._site_files.append(found)
        else:
            teller = Teller(self._names, self._began, self.pid, found.tid, self._role)
            self._threads[found] = _Thread(Ring(found.path), teller)

    @property
    def complete(self) -> bool:
        """Whether it has recorded every call so far."""
        return self._sites.complete

    @property
    def behind(self) -> bool:
        """Whether more was in its rings than could be told in one go."""
        return any(thread.ring.behind for thread in self._threads.values())

    @property
    def reached(self) -> int | None:
        """Up to when all of its records were told, in nanoseconds since the run began, if more is
        left; null if not."""
        behind = [one.reached for one in self._threads.values() if one.ring.behind]
        return min(behind, default=None)

    def is_another_program(self, found: Found) -> bool:
        """Whether this ring shows that the process runs another program now (execve(2)): the
        main thread makes one only, at the start."""
        main = self.pid == found.tid
        return main and any(known.tid == self.pid for known in self._threads)

    def give_up_sites(self) -> list[Found]:
        """Hand over the latest file of sites: made just before the ring of the main thread, it
        is the other program's."""
        given = self._site_files[-1:]
        for file in given:
            self._site_files.remove(file)
            self._sites.let_go(file.path)
        return given

    def unneeded(self) -> list[Found]:
        """Files that need not be read again after the next time that nothing is left in them:
        rings of threads that have ended, and the oldest files of sites, since no call has been
        made there for long."""
        ended = [
            ring
            for ring in self._threads
            if not os.path.exists(f"/proc/{self.pid}/task/{ring.tid}")
        ]
        return ended + self._site_files[:-SITE_FILES_KEPT]

    def let_go(self, files: list[Found]) -> None:
        """Read these files no more."""
        for file in files:
            if file.kind == "ring":
                self._threads.pop(file).ring.close()
            else:
                self._site_files.remove(file)
                self._sites.let_go(file.path)

    def plays(self, role: str | None) -> None:
        """The process plays this role from here on."""
        self._role = role
        for thread in self._threads.values():
            thread.teller.role = role

    def drain(self, now: int, most: int, ended: bool) -> list[Event]:
        """What is new in its rings and buffers, in nearly the order of time: about `most` records,
        shared by all threads. What is beyond is left for the next time, and counted of a process
        that has `ended`. Raises Unreadable where a file was cut short."""
        events: list[Event] = []
        threads = sorted(self._threads.values(), key=lambda one: one.ring.behind)
        for number, thread in enumerate(threads):
            share = max(0, most - len(events)) // (len(threads) - number)
            events += thread.drain(self._sites, share, ended)
            if thread.unreadable:
                events.append(self._dropped(now, thread.unreadable, 0, "records without sense"))
                thread.unreadable = 0
            events += [self._not_told(now, calls) for calls in thread.skipped.values()]
            events += [self._not_told(now, calls, "contents") for calls in thread.cut.values()]
            thread.skipped.clear()
            thread.cut.clear()
        events += self._buffered(now)
        return events

    def unrecorded(self, now: int) -> Iterator[Dropped]:
        """What its rings had no room for. To be asked after `drain`."""
        for calls in self._sites.unrecorded():
            yield self._not_told(now, calls)

    def lives(self) -> bool:
        """Whether there is such a process: it may end unseen if it is short."""
        return os.path.exists(f"/proc/{self.pid}")

    def close(self) -> list[Found]:
        """Let go of all its files, which are not needed any more."""
        files = [*self._threads, *self._site_files]
        self.let_go(files)
        return files

    def _buffered(self, now: int) -> Iterator[Buffered]:
        for site, size in self._sites.buffered():
            channel = self._names.name(site.key)
            if channel is not None:
                yield Buffered(
                    t=now,
                    source="tracer",
                    pid=self.pid,
                    role=self._role,
                    channel=channel,
                    fd=site.fd,
                    bytes=size,
                )

    def _not_told(self, now: int, calls: Unrecorded, what: str = "calls") -> Dropped:
        name, channel = layout.NAMES.get(calls.site.kind), self._names.name(calls.site.key)
        return self._dropped(now, calls.calls, calls.bytes, what, name, channel)

    def _dropped(
        self,
        now: int,
        count: int,
        size: int,
        what: str,
        call: str | None = None,
        channel: str | None = None,
    ) -> Dropped:
        return Dropped(
            t=now,
            source="tracer",
            pid=self.pid,
            role=self._role,
            count=count,
            bytes=size,
            what=what,
            call=call,
            channel=channel,
        )
