"""A consistent cut: what every process does at one moment.

Everything is read between two readings of each thread's run count. Where both are equal the
thread did not run in between, so that what was read of it held all the while; and where that is
so of all threads, everything held at the same moment.
"""

from __future__ import annotations

import os

from msgspec import Struct

from ipcviz.observers.kernel.descriptors import Descriptors, read_descriptors
from ipcviz.observers.kernel.process import Process, Thread
from ipcviz.observers.kernel.procfs import GONE, SignalSets, Stat, parse_signal_sets, parse_stat
from ipcviz.observers.kernel.signal_sets import of_every_thread

_READ_AGAIN = 3


class ThreadLook(Struct):
    """What was read of a thread. `call` is the text of its `syscall` file, null where one may not
    read it; `runs` its `schedstat`: time on a processor, time waited for one, times run."""

    thread: Thread
    runs: bytes
    stat: Stat
    call: bytes | None
    ran: bool = False
    """It ran while it was looked at."""

    @property
    def asleep(self) -> bool:
        """Sleeps in the kernel, be it interruptibly or not."""
        return self.stat.state in "SD" and self.call != b"running"

    @property
    def plausible(self) -> bool:
        """Whether both files tell the same: it fell asleep or woke between them if not."""
        running = self.stat.state == "R"
        return (
            self.call is None
            or self.stat.state not in "RSD"
            or running == (self.call == b"running")
        )


class ProcessLook(Struct):
    """What was read of a process. `descriptors` is null where one may not see them, `signals` where
    it has gone: what every thread blocks, and what is pending for any."""

    process: Process
    threads: list[ThreadLook]
    descriptors: Descriptors | None
    signals: SignalSets | None
    main_signals: SignalSets | None = None
    """What its main thread blocks, and what is pending for it or for the process."""
    agreed: bool = True
    """Its threads and its descriptors were the same when read again."""

    @property
    def pid(self) -> int:
        """The process's id."""
        return self.process.pid

    @property
    def main(self) -> ThreadLook:
        """The main thread, which may have ended before others."""
        return self.threads[0]

    @property
    def ended(self) -> bool:
        """A zombie: no thread is left, and nobody has waited for it."""
        return all(look.stat.state in "ZX" for look in self.threads)


def look_at(process: Process) -> ProcessLook | None:
    """Read all there is of a process; null where it has gone."""
    threads = [look for thread in process.threads.values() if (look := _look_at_thread(thread))]
    if not threads or threads[0].thread is not process.main:
        return None
    main_signals = _signals(process)
    signals = main_signals
    if main_signals is not None and len(threads) > 1:
        others = ((one.thread, one.runs, one.stat.pending) for one in threads[1:])
        signals = of_every_thread(main_signals, others)
    descriptors = read_descriptors(process.pid, process.names)
    return ProcessLook(process, threads, descriptors, signals, main_signals)


def _signals(process: Process) -> SignalSets | None:
    try:
        return parse_signal_sets(process.status.read())
    except (OSError, ValueError):
        return None


def _look_at_thread(thread: Thread) -> ThreadLook | None:
    try:
        runs = thread.schedstat.read()
        look = ThreadLook(thread, runs, parse_stat(thread.stat.read()), _call(thread))
        for _ in range(_READ_AGAIN):
            if look.plausible:
                break
            look.runs = thread.schedstat.read()
            look.stat = parse_stat(thread.stat.read())
            look.call = _call(thread)
    except GONE:
        return None
    return look


def _call(thread: Thread) -> bytes | None:
    try:
        return thread.syscall.read().rstrip()
    except PermissionError:
        return None


def check(look: ProcessLook) -> bool:
    """Read again what a change would show in, and mark what did change: true if nothing did."""
    for one in look.threads:
        try:
            same = times_run(one.thread.schedstat.read()) == times_run(one.runs)
            one.ran = not (same and _call(one.thread) == one.call)
        except GONE:
            one.ran = True
    look.agreed = not any(one.ran for one in look.threads) and _same_descriptors(look)
    return look.agreed


def nothing_ran(look: ProcessLook) -> bool:
    """Whether no thread of a process has been on a processor since it was looked at, and no
    signal came that it blocks, or cannot take since it is stopped."""
    try:
        if any(one.thread.schedstat.read() != one.runs for one in look.threads):
            return False
    except OSError:
        return False
    sets = look.main_signals
    waiting = look.process.stopped or (sets is not None and sets.blocked)
    if waiting and _signals(look.process) != sets:
        return False
    return all(_none_came(one) for one in look.threads[1:])


def _none_came(one: ThreadLook) -> bool:
    """Whether no signal came that waits for this thread alone, where it blocks any."""
    if one.thread.blocked is None or not one.thread.blocked[1]:
        return True
    try:
        return parse_stat(one.thread.stat.read()).pending == one.stat.pending
    except OSError:
        return False


def times_run(schedstat: bytes) -> bytes:
    """How often a thread was put on a processor: the last number of its `schedstat`."""
    return schedstat.rpartition(b" ")[2]


def _same_descriptors(look: ProcessLook) -> bool:
    if look.descriptors is None:
        return True
    try:
        fds = os.listdir(f"/proc/{look.pid}/fd")
    except OSError:
        return not look.descriptors
    return len(fds) == len(look.descriptors) and all(int(fd) in look.descriptors for fd in fds)
