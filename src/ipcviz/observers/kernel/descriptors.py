"""The open descriptors of a process, and who holds which end of a pipe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from msgspec import Struct

from ipcviz.events import Holder, Mode
from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.paths import Lead, by_descriptor
from ipcviz.observers.kernel.procfs import read

_MODES: dict[int, Mode] = {
    os.O_RDONLY: "read",
    os.O_WRONLY: "write",
    os.O_RDWR: "read-write",
}
_STANDARD = 2
"""The highest descriptor of a standard stream."""
_DEVICES = ("/dev/null", "/dev/pts/", "/dev/tty")


class Descriptor(Struct, frozen=True):
    """A descriptor: `target` is what its link in /proc/PID/fd says. Of an end of a pipe also
    which pipe, and how it is held."""

    fd: int
    target: str
    key: Key | None = None
    end: Holder | None = None


Descriptors = dict[int, Descriptor]


def read_descriptors(pid: int, named: Callable[[int], bool]) -> Descriptors | None:
    """All descriptors of a process; null where one may not look. One that is closed meanwhile
    is left out. `named` is asked whether a number stands in its arguments or environment."""
    try:
        fds = os.listdir(f"/proc/{pid}/fd")
    except FileNotFoundError:
        return {}
    except OSError:
        return None
    found = {}
    for fd in sorted(map(int, fds)):
        try:
            found[fd] = _read_descriptor(pid, fd, named)
        except OSError:
            continue
    return found


def _read_descriptor(pid: int, fd: int, named: Callable[[int], bool]) -> Descriptor:
    link = f"/proc/{pid}/fd/{fd}"
    target = os.readlink(link)
    key = key_of(link, target)
    if key is None:
        return Descriptor(fd, target)
    flags = int(fdinfo(pid, fd).partition(b"flags:\t")[2].split(b"\n", 1)[0], 8)
    if flags & os.O_PATH:
        return Descriptor(fd, target)
    cloexec = bool(flags & os.O_CLOEXEC)
    holder = Holder(
        pid=pid,
        fd=fd,
        mode=_MODES[flags & os.O_ACCMODE],
        cloexec=cloexec,
        named=fd > _STANDARD and not cloexec and named(fd),
    )
    return Descriptor(fd, target, key, holder)


def key_of(link: str, target: str) -> Key | None:
    """Which pipe a descriptor leads to, by its link in /proc/PID/fd and what that says; null where
    it leads to none. Raises OSError."""
    if target.startswith("pipe:["):
        return 0, int(target[6:-1])
    if not target.startswith("/") or target.startswith(_DEVICES):
        return None
    file = native.identify(link)
    return file.key if file.is_fifo else None


def fdinfo(pid: int, fd: int) -> bytes:
    """/proc/PID/fdinfo/FD (proc_pid_fdinfo(5)). Raises OSError."""
    return read(f"/proc/{pid}/fdinfo/{fd}", 1 << 16)


class Ends:
    """Of each pipe the descriptors that are its ends, among the processes looked at."""

    def __init__(self, all_descriptors: Iterable[Descriptors]) -> None:
        self.readers: dict[Key, list[Holder]] = {}
        self.writers: dict[Key, list[Holder]] = {}
        self.leads: dict[Key, Lead] = {}
        for descriptors in all_descriptors:
            for descriptor in descriptors.values():
                if descriptor.key is not None and descriptor.end is not None:
                    self._add(descriptor, descriptor.key, descriptor.end)

    def _add(self, descriptor: Descriptor, key: Key, end: Holder) -> None:
        if key not in self.leads:
            self.leads[key] = by_descriptor(end.pid, end.fd, descriptor.target)
        if end.mode != "write":
            self.readers.setdefault(key, []).append(end)
        if end.mode != "read":
            self.writers.setdefault(key, []).append(end)
