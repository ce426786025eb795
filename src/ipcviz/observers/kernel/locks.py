"""A wait for a lock of a file (flock(2), fcntl(2)): which file, and who holds the lock now."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

from msgspec import Struct, structs

from ipcviz.events import State, Wanted
from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.descriptors import Descriptor, fdinfo
from ipcviz.observers.kernel.procfs import numbers, read_whole
from ipcviz.observers.kernel.scene import Scene
from ipcviz.observers.kernel.waits import SimpleWait

_INODE = re.compile(rb"^ino:\s*(\d+)", re.MULTILINE)
_FLOCK, _POSIX = "FLOCK", "POSIX"
_NO_PID = -1
"""What stands for the pid of a lock of an open file description (F_OFD_SETLK)."""
_TO_THE_END = float("inf")


class FileLockWait(SimpleWait, frozen=True, kw_only=True):
    """Waits for a lock of the file that a descriptor leads to."""

    fd: int

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Blocked on those who hold the lock, as far as they can be seen; others may take it next,
        so `releasers` is null."""
        descriptor = (look.descriptors or {}).get(self.fd)
        path = descriptor.target if descriptor is not None else f"descriptor {self.fd}"
        pids = self._holders(scene, look.pid, descriptor) if descriptor is not None else ()
        state = self.blocked(f"a lock on {path}", (Wanted(pids=pids, lock=path),))
        return structs.replace(state, fd=self.fd)

    def _holders(self, scene: Scene, pid: int, descriptor: Descriptor) -> tuple[int, ...]:
        """The living processes that hold what this one waits for."""
        try:
            inode = _INODE.search(fdinfo(pid, descriptor.fd))
            lines = read_whole("/proc/locks").decode().splitlines()
        except OSError:
            return ()
        file = f":{inode[1].decode()}" if inode is not None else ""
        taken, waiting = _of_file(lines, file)
        wanted = [lock for lock in waiting if lock.pid in (pid, _NO_PID)]
        kind = _FLOCK if self.name == "flock" else _POSIX
        wanted = wanted or [_Lock(kind, True, pid, file, 0, _TO_THE_END)]
        found: set[int] = set()
        for holder, lock in _held(scene, taken, descriptor.target):
            if any(lock.in_the_way_of(other) for other in wanted):
                found.add(holder)
        return tuple(sorted(found))


class _Lock(Struct, frozen=True):
    """A line of /proc/locks, or a `lock:` line of fdinfo (proc_locks(5)): its kind (FLOCK, POSIX,
    OFDLCK), whether it shuts out readers too, who took it, device and inode, and its bytes."""

    kind: str
    exclusive: bool
    pid: int
    file: str
    first: int
    last: float

    def in_the_way_of(self, other: _Lock) -> bool:
        """Whether the other one has to wait for this: flock(2) and fcntl(2) take no note of each
        other, and a process may do as it likes with its own locks of kind POSIX."""
        return (
            self.file.endswith(other.file)
            and (self.kind == _FLOCK) == (other.kind == _FLOCK)
            and (self.exclusive or other.exclusive)
            and self.first <= other.last
            and other.first <= self.last
            and not (self.kind == other.kind == _POSIX and self.pid == other.pid)
        )


def _parse(line: str) -> _Lock:
    """Of `1: -> FLOCK  ADVISORY  WRITE 4711 fe:00:2262551 0 EOF`; one that waits has the arrow."""
    *_, kind, _, mode, pid, file, first, last = line.split()
    end = _TO_THE_END if last == "EOF" else int(last)
    return _Lock(kind, mode != "READ", int(pid), file, int(first), end)


def _of_file(lines: list[str], file: str) -> tuple[list[_Lock], list[_Lock]]:
    """Of /proc/locks those of one file that are taken, and those that are waited for. The kernel
    leaves out whoever has no pid here: one that has ended, in a PID namespace."""
    taken: list[_Lock] = []
    waiting: list[_Lock] = []
    for line in lines:
        lock = _parse(line)
        if lock.file.endswith(file):
            (waiting if "->" in line else taken).append(lock)
    return taken, waiting


def _held(scene: Scene, taken: list[_Lock], target: str) -> Iterator[tuple[int, _Lock]]:
    """Who holds which lock of a file now, by what has it open. Whoever took one of kind POSIX has
    it; any other belongs to an open file description, and so to all who inherited that too."""
    candidates = scene.holders(target)
    for lock in taken:
        if lock.pid > 0 and lock.pid not in scene.looks:
            candidates += _open_in(lock.pid, target)
            if lock.kind == _POSIX:
                yield lock.pid, lock
    for pid, fd in candidates:
        try:
            lines = fdinfo(pid, fd).decode(errors="replace").splitlines()
        except OSError:
            continue
        yield from ((pid, _parse(line)) for line in lines if line.startswith("lock:"))


def _open_in(pid: int, target: str) -> Iterator[tuple[int, int]]:
    """A process of whom no look was had, and each descriptor of it that leads there."""
    with contextlib.suppress(OSError):
        for fd in numbers(f"/proc/{pid}/fd"):
            if os.readlink(f"/proc/{pid}/fd/{fd}") == target:
                yield pid, fd
