"""A process and its threads: what is held of them, and what was last told."""

from __future__ import annotations

import os
from collections.abc import Collection

from ipcviz.events import State
from ipcviz.observers.kernel.calls import NAMES
from ipcviz.observers.kernel.handed_over import HandedOver
from ipcviz.observers.kernel.procfs import (
    GONE,
    ProcFile,
    SignalSets,
    numbers,
    parse_command,
    parse_stat,
)

_LONG = 1 << 16
"""Bytes to read of a file that may be long."""


class Thread:
    """A thread: its files in /proc, and what was last told of it."""

    def __init__(self, pid: int, tid: int) -> None:
        self.tid = tid
        base = f"/proc/{pid}/task/{tid}"
        self.stat = ProcFile(f"{base}/stat")
        self.syscall = ProcFile(f"{base}/syscall")
        self.schedstat = ProcFile(f"{base}/schedstat")
        self.children = ProcFile(f"{base}/children")
        self.status = ProcFile(f"{base}/status")
        self.blocked: tuple[bytes, int] | None = None
        """The mask of the signals that it blocks, and its `schedstat` when that was read."""
        self.told: State | None = None
        self.told_runs = b""
        self.told_since = 0
        self._call: bytes | None = None

    def restarted(self, call: bytes | None) -> bytes | None:
        """The call that this one is, as the text of a `syscall` file: after a stop a sleep goes on
        as restart_syscall(2), with the arguments, stack and place of what it restarts."""
        number, _, rest = (call or b"").partition(b" ")
        restart = number.isdigit() and NAMES.get(int(number)) == "restart_syscall"
        if restart and self._call is not None and self._call.partition(b" ")[2] == rest:
            return self._call
        self._call = call
        return call

    def child_pids(self) -> list[int]:
        """The processes this thread started that are not reaped; may miss some while one of
        them ends (proc_tid_children(5)). Empty once the thread has gone."""
        try:
            return [int(pid) for pid in self.children.read(_LONG).split()]
        except OSError:
            return []

    def close(self) -> None:
        """Close its files."""
        for file in (self.stat, self.syscall, self.schedstat, self.children, self.status):
            file.close()


def follow(threads: dict[int, Thread], pid: int, tids: Collection[int]) -> list[int]:
    """Bring the known threads of a process up to those that there are; answer with those that
    have gone."""
    for tid in tids:
        if tid not in threads:
            threads[tid] = Thread(pid, tid)
    gone = [tid for tid in threads if tid not in tids]
    for tid in gone:
        threads.pop(tid).close()
    return gone


class Process:
    """A process from first sight until it is reaped. Raises OSError where it has gone already.

    parent: the process it descends from, null where that is ipcviz or was never seen.
    own: started by ipcviz itself, which tells of its start and exit.
    command: empty where it is a zombie, or in the midst of execve(2).
    forked: it still shows the command line of its parent.
    exit_code: its wait status, learnt while it was a zombie.
    """

    def __init__(self, pid: int, parent: Process | None, own: bool, role: str | None, now: int):
        self.pid, self.parent, self.own, self.role = pid, parent, own, role
        self.first_seen = now
        self.announced = own
        self.exit_code: int | None = None
        self.stopped = False
        self.pidfd = os.pidfd_open(pid)
        self.cmdline = ProcFile(f"/proc/{pid}/cmdline")
        self.status = ProcFile(f"/proc/{pid}/status")
        self.main = Thread(pid, pid)
        self.threads = {pid: self.main}
        self._handed_over = HandedOver(pid)
        self.awaited_signals: dict[tuple[str, ...], int] = {}
        """By command line: the mask of the signals that it was seen to wait for."""
        self.told_signals: tuple[SignalSets, int] | None = None
        """With the mask of those that it accepts otherwise."""
        try:
            stat = parse_stat(self.main.stat.read())
            self.command = self.read_command()
        except OSError:
            self.close()
            raise
        self.name, self.ppid, self.start = stat.name, stat.ppid, stat.start
        self.forked = parent is not None and parent.command == self.command

    def alive(self) -> bool:
        """Whether it is there: a zombie is."""
        try:
            self.main.schedstat.read()
        except GONE:
            return False
        return True

    def read_command(self) -> tuple[str, ...]:
        """Its command line now; empty for a zombie, or where it has gone."""
        try:
            return parse_command(self.cmdline.read(_LONG))
        except OSError:
            return ()

    def names(self, fd: int) -> bool:
        """Whether a descriptor's number stands in its arguments or in its environment."""
        return self._handed_over.names(fd, self.command)

    def orphaned(self) -> bool:
        """Whether whoever started it has ended: another stands in for its parent, ipcviz or a
        subreaper below it (PR_SET_CHILD_SUBREAPER)."""
        if self.parent is None:
            return not self.own
        try:
            return parse_stat(self.main.stat.read()).ppid != self.parent.pid
        except OSError:
            return False

    def refresh_threads(self) -> list[int]:
        """Take up threads that are new; answer with those that have gone."""
        try:
            tids = numbers(f"/proc/{self.pid}/task")
        except GONE:
            return []
        return follow(self.threads, self.pid, {*tids, self.pid})

    def close(self) -> None:
        """Close everything held of it."""
        os.close(self.pidfd)
        self.cmdline.close()
        self.status.close()
        for thread in self.threads.values():
            thread.close()
