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
_POSIX, _FLOCK = "POSIX", "FLOCK"
_NO_PID = -1
"""What stands for the pid of a lock of an open file description (F_OFD_SETLK)."""


class FileLockWait(SimpleWait, frozen=True, kw_only=True):
    """Waits for a lock of the file that a descriptor leads to."""

    fd: int

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Blocked on those who hold the lock, as far as they can be seen; others may take it next,
        so `releasers` is null."""
        descriptor = (look.descriptors or {}).get(self.fd)
        path = descriptor.target if descriptor is not None else f"descriptor {self.fd}"
        pids = _holders(scene, look.pid, descriptor) if descriptor is not None else ()
        state = self.blocked(f"a lock on {path}", (Wanted(pids=pids, lock=path),))
        return structs.replace(state, fd=self.fd)


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
            self.file == other.file
            and (self.kind == _FLOCK) == (other.kind == _FLOCK)
            and (self.exclusive or other.exclusive)
            and self.first <= other.last
            and other.first <= self.last
            and not (self.kind == other.kind == _POSIX and self.pid == other.pid)
        )


def _parse(line: str) -> _Lock:
    """Of `1: -> FLOCK  ADVISORY  WRITE 4711 fe:00:2262551 0 EOF`; one that waits has the arrow."""
    *_, kind, _, mode, pid, file, first, last = line.split()
    end = float("inf") if last == "EOF" else int(last)
    return _Lock(kind, mode != "READ", int(pid), file, int(first), end)


def _holders(scene: Scene, waiter: int, descriptor: Descriptor) -> tuple[int, ...]:
    """The living processes that hold what this one waits for on this descriptor."""
    try:
        inode = _INODE.search(fdinfo(waiter, descriptor.fd))
        lines = read_whole("/proc/locks").decode().splitlines()
    except OSError:
        return ()
    taken = [_parse(line) for line in lines if "->" not in line]
    found: set[int] = set()
    for wanted in map(_parse, (line for line in lines if "->" in line)):
        if wanted.pid not in (waiter, _NO_PID):
            continue
        if inode is not None and not wanted.file.endswith(f":{inode[1].decode()}"):
            continue
        for lock in taken:
            if lock.in_the_way_of(wanted):
                found.update(_owners(scene, lock, descriptor.target))
    return tuple(sorted(found))


def _owners(scene: Scene, lock: _Lock, target: str) -> Iterator[int]:
    """Of a lock of kind POSIX the process that took it. Any other belongs to an open file
    description: to all who have that open still, be it that they inherited it."""
    if lock.kind == _POSIX:
        if lock.pid > 0:
            yield lock.pid
        return
    candidates = scene.holders(target)
    if lock.pid > 0 and lock.pid not in scene.looks:
        candidates += _open_in(lock.pid, target)
    for pid, fd in candidates:
        try:
            lines = fdinfo(pid, fd).decode(errors="replace").splitlines()
        except OSError:
            continue
        if any(_parse(line) == lock for line in lines if line.startswith("lock:")):
            yield pid


def _open_in(pid: int, target: str) -> Iterator[tuple[int, int]]:
    """A process of whom no look was had, and each descriptor of it that leads there."""
    with contextlib.suppress(OSError):
        for fd in numbers(f"/proc/{pid}/fd"):
            if os.readlink(f"/proc/{pid}/fd/{fd}") == target:
                yield pid, fd
