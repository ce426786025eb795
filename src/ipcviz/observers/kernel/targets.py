"""What it means to wait on one descriptor, whatever it leads to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from msgspec import Struct

from ipcviz.events import EVENT_COUNTER, SIGNAL_DESCRIPTOR, SOCKET, TERMINAL, End, Wanted
from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.descriptors import Descriptor, fdinfo
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.scene import Scene
from ipcviz.observers.kernel.sockets import inode_of, look_up

_WORDS = {
    "socket:": SOCKET,
    "anon_inode:[eventfd]": EVENT_COUNTER,
    "anon_inode:[timerfd]": "a timer",
    "anon_inode:[signalfd]": SIGNAL_DESCRIPTOR,
    "anon_inode:[pidfd]": "the end of a process",
    "pidfd:": "the end of a process",
    "anon_inode:[io_uring]": "io_uring",
    "anon_inode:inotify": "changes of files",
    "anon_inode:[eventpoll]": "another set of descriptors",
    "/dev/ptmx": "a pseudo-terminal that it serves",
    "/dev/pts/": TERMINAL,
    "/dev/tty": TERMINAL,
}
"""What a link in /proc/PID/fd begins with, in words."""
_STREAMS = {
    "stdin": "standard input",
    "stdout": "standard output",
    "stderr": "standard error",
}


class Target(Struct, frozen=True, kw_only=True):
    """A descriptor that is waited on. `releasers`: who could end that wait, null where that is
    not known. `person`: it is the standard input that ipcviz feeds. `path_gone`: it is a FIFO that
    its path no longer leads to."""

    fd: int
    on: str
    wanted: Wanted | None = None
    releasers: frozenset[int] | None = None
    person: bool = False
    path_gone: bool = False

    @property
    def channel(self) -> str | None:
        """The channel that it is an end of."""
        return self.wanted.channel if self.wanted is not None else None


def target_of(
    scene: Scene, look: ProcessLook, fd: int, end: End | None, closely: bool = True
) -> Target:
    """What a wait on this descriptor is on. `end` is `data` or `space`, null where only its
    closing is waited for. `closely`: of a socket, tell also where it leads to."""
    descriptor = (look.descriptors or {}).get(fd)
    if descriptor is None:
        return Target(fd=fd, on=f"descriptor {fd}")
    if descriptor.key is None:
        return _other(scene, look, descriptor, closely)
    stream = scene.names.stream(descriptor.key)
    if stream is not None:
        return Target(
            fd=fd,
            on=_STREAMS[stream],
            releasers=frozenset({os.getpid()}),
            person=stream == "stdin" and end == "data",
        )
    return _pipe(scene, descriptor, descriptor.key, end)


def _pipe(scene: Scene, descriptor: Descriptor, key: Key, end: End | None) -> Target:
    mode = descriptor.end.mode if descriptor.end is not None else "read"
    from_writers = end == "data" or (end is None and mode == "read")
    others = scene.writers(key) if from_writers else scene.readers(key)
    name = scene.names.name(key)
    return Target(
        fd=descriptor.fd,
        on=name or descriptor.target,
        wanted=Wanted(channel=name, end=end),
        releasers=frozenset(others) or None,
        path_gone=scene.names.instead(key) is not None,
    )


def _other(scene: Scene, look: ProcessLook, descriptor: Descriptor, closely: bool) -> Target:
    target, pid = descriptor.target, look.pid
    on = next((words for begin, words in _WORDS.items() if target.startswith(begin)), target)
    found = Target(fd=descriptor.fd, on=on)
    if on == EVENT_COUNTER:
        found = _event_counter(scene, pid, found, target)
    elif on == "the end of a process":
        found = _process(pid, found)
    elif on == SOCKET and closely:
        found = _socket(scene, pid, found, target)
    elif on == TERMINAL:
        found = Target(fd=descriptor.fd, on=f"{TERMINAL} {target}{_whose(look, target)}")
    return found


def _event_counter(scene: Scene, pid: int, found: Target, target: str) -> Target:
    """Every process that holds the same eventfd(2) could count it up."""
    wanted = _number(pid, found.fd, rb"eventfd-id:\s*(\d+)")
    if wanted is None:
        return found
    others = {
        other
        for other, fd in scene.holders(target)
        if _number(other, fd, rb"eventfd-id:\s*(\d+)") == wanted
    }
    return Target(fd=found.fd, on=found.on, releasers=frozenset(others))


def _process(pid: int, found: Target) -> Target:
    """A pidfd can be read once its process has ended: pidfd_open(2)."""
    ending = _number(pid, found.fd, rb"\nPid:\s*(\d+)")
    if not ending:
        return found
    return Target(
        fd=found.fd, on=found.on, wanted=Wanted(pids=(ending,)), releasers=frozenset({ending})
    )


def _socket(scene: Scene, pid: int, found: Target, target: str) -> Target:
    """Whoever has its other end open."""
    inode = inode_of(target)
    if inode is None:
        return found
    known = look_up(pid, inode)
    holders = scene.holders(f"socket:[{known.peer}]") if known.peer is not None else []
    pids = {other for other, _ in holders}
    on = f"{known.on} of which it has both ends" if pids == {pid} else known.on
    peers = tuple(sorted(pids - {pid}))
    return Target(fd=found.fd, on=on, wanted=Wanted(on=on, peers=peers))


def _whose(look: ProcessLook, target: str) -> str:
    """What keeps a terminal from this process, if anything does: input goes to the job in its
    foreground alone (credentials(7))."""
    stat = look.main.stat
    own = target in ("/dev/tty", f"/dev/pts/{os.minor(stat.terminal)}")
    if not (stat.terminal and own) or stat.foreground == stat.group:
        return ""
    return ", where another job is in the foreground"


def _number(pid: int, fd: int, pattern: bytes) -> int | None:
    try:
        match = re.search(pattern, fdinfo(pid, fd))
    except OSError:
        return None
    return int(match[1]) if match else None


def releasers_of_any(targets: Iterable[Target]) -> tuple[int, ...] | None:
    """Who could end a wait on any of these, null where that is not known."""
    together: set[int] = set()
    for target in targets:
        if target.releasers is None:
            return None
        together |= target.releasers
    return tuple(sorted(together)) or None
