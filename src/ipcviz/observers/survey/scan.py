"""A quick pass over every process: who it is, what it holds open, and in which call it sleeps.

Little is read of each, since there may be many: only what tells whom to look at more closely.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from msgspec import Struct

from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.calls import NAMES, family
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.procfs import numbers, read

_KERNEL_THREAD = 0x200000
"""PF_KTHREAD of the flags in /proc/PID/stat."""
_NO_FIFO = ("/dev/", "/proc/", "/memfd:", "/sys/")
"""Where no FIFO stands."""


class Scanned(Struct):
    """A process at a glance.

    calls: the family and the first argument of the call that each of its threads sleeps in.
    ends: each descriptor that is an end of a pipe, and whether it can read and can write.
    links: the other descriptors that matter here; null where one may not see them.
    unread: signals are pending that its main thread blocks.
    """

    pid: int
    ppid: int
    name: str
    state: str
    group: int
    session: int
    threads: int
    start: int
    uid: int
    unread: bool
    calls: list[tuple[str, int]]
    ends: dict[int, tuple[Key, bool, bool]]
    links: dict[int, str] | None


def scan() -> dict[int, Scanned]:
    """Every process but ipcviz itself and the kernel's threads, as it is now."""
    fifos = _Fifos()
    own, found = os.getpid(), {}
    for pid in numbers_of_processes():
        scanned = _scan(pid, fifos) if pid != own else None
        if scanned is not None:
            found[pid] = scanned
    return found


def numbers_of_processes() -> Iterator[int]:
    """The pids that /proc lists."""
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _scan(pid: int, fifos: _Fifos) -> Scanned | None:
    base = f"/proc/{pid}"
    try:
        text = read(f"{base}/stat")
        begin, end = text.index(b"("), text.rindex(b")")
        fields = text[end + 2 :].split()
        if int(fields[6]) & _KERNEL_THREAD:
            return None
        uid = os.stat(base).st_uid
    except (OSError, ValueError, IndexError):
        return None
    seen = Scanned(
        pid=pid,
        ppid=int(fields[1]),
        name=text[begin + 1 : end].decode(errors="backslashreplace"),
        state=fields[0].decode(),
        group=int(fields[2]),
        session=int(fields[3]),
        threads=int(fields[17]),
        start=int(fields[19]),
        uid=uid,
        unread=bool(int(fields[28]) & int(fields[29])),
        calls=[],
        ends={},
        links={},
    )
    if seen.state not in "ZX":
        _read_descriptors(seen, base, fifos)
        seen.calls = [call for text in _syscalls(seen, base) if (call := _call(text)) is not None]
    return seen


def _read_descriptors(seen: Scanned, base: str, fifos: _Fifos) -> None:
    folder = f"{base}/fd"
    try:
        names = os.listdir(folder)
    except OSError:
        seen.links = None
        return
    links: dict[int, str] = {}
    for name in names:
        path = f"{folder}/{name}"
        try:
            target = os.readlink(path)
            key = fifos.key(path, target)
            if key is not None:
                # The permissions of the link are those of the descriptor (proc_pid_fd(5)).
                mode = os.lstat(path).st_mode
                readable, writable = bool(mode & stat.S_IRUSR), bool(mode & stat.S_IWUSR)
                seen.ends[int(name)] = key, readable, writable
        except OSError:
            continue
        links[int(name)] = target
    seen.links = links


class _Fifos:
    """Which link leads to a FIFO. A path is asked once, and again only where it is one: another
    process may hold the one that stood there before."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}

    def key(self, link: str, target: str) -> Key | None:
        """The pipe that a descriptor's link leads to, null where it is none."""
        if target.startswith("pipe:["):
            return 0, int(target[6:-1])
        if not target.startswith("/") or target.startswith(_NO_FIFO):
            return None
        if self._known.get(target) is False:
            return None
        try:
            file = native.identify(link)
        except OSError:
            return None
        self._known[target] = file.is_fifo
        return file.key if file.is_fifo else None


def _syscalls(seen: Scanned, base: str) -> Iterator[bytes]:
    """The text of each thread's `syscall` file."""
    try:
        if seen.threads == 1:
            yield read(f"{base}/syscall", 256)
            return
        for tid in numbers(f"{base}/task"):
            yield read(f"{base}/task/{tid}/syscall", 256)
    except OSError:
        return


def _call(text: bytes) -> tuple[str, int] | None:
    words = text.split(None, 2)
    if len(words) < 2 or not words[0].isdigit():
        return None
    name = NAMES.get(int(words[0]))
    return (family(name), int(words[1], 16)) if name is not None else None
