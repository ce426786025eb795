"""A quick pass over every process: who it is, what it holds open, and in which call it sleeps.

Little is read of each, since there may be many: only what tells whom to look at more closely.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from msgspec import Struct

from ipcviz.observers.kernel.calls import NAMES, family
from ipcviz.observers.kernel.descriptors import key_of
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.procfs import GONE, numbers, parse_signal_sets, read

_KERNEL_THREAD = 0x200000
"""PF_KTHREAD of the flags in /proc/PID/stat."""

Call = tuple[str, int]
"""The family of a call, and its first argument."""


class Scanned(Struct):
    """A process at a glance.

    state: the letter of its main thread. start: in clock ticks since boot.
    runs: a thread of it is, or could be, on a processor.
    unread: signals are pending that its main thread blocks.
    ignored: the mask of the standard signals that it ignores.
    calls: of each thread that sleeps in one; null where one may not see them.
    ends: each descriptor that is an end of a pipe, and whether it can read and can write.
    links: where each descriptor leads to; null where one may not see them.
    """

    pid: int
    uid: int
    ppid: int = 0
    name: str = ""
    state: str = "S"
    session: int = 0
    threads: int = 1
    start: int = 0
    runs: bool = False
    unread: bool = False
    ignored: int = 0
    calls: list[Call] | None = None
    ends: dict[int, tuple[Key, bool, bool]] = {}
    links: dict[int, str] | None = None

    @property
    def ended(self) -> bool:
        """A zombie, or beyond."""
        return self.state in "ZX"


class Scan:
    """Every process but the threads of the kernel, and who holds which pipe."""

    def __init__(self) -> None:
        self.processes: dict[int, Scanned] = {}
        self.readers: dict[Key, set[int]] = {}
        """Of each pipe the pids of those who can read from it."""
        self.writers: dict[Key, set[int]] = {}
        self._children: dict[int, set[int]] = {}
        self._no_fifos: set[str] = set()
        self._listed: set[str] = set()
        self.take_up()

    def take_up(self) -> None:
        """Take up who has come since the last pass, and forget who has gone."""
        listed = {name for name in os.listdir("/proc") if name.isdigit()}
        for name in self._listed - listed:
            self._forget(int(name))
        for name in listed - self._listed:
            one = self._process(int(name))
            if one is not None:
                self._add(one)
        self._listed = listed

    def holders(self, key: Key) -> set[int]:
        """Everybody who holds an end of a pipe."""
        return self.readers.get(key, set()) | self.writers.get(key, set())

    def children(self, pid: int) -> set[int]:
        """Those who were started by a process, or have come to it as orphans."""
        return self._children.get(pid, set()) & self.processes.keys()

    def leads_nowhere(self, key: Key, reads: bool, writes: bool) -> bool:
        """Whether an end of a pipe is one of which nobody holds the other."""
        return (writes and not self.readers.get(key)) or (reads and not self.writers.get(key))

    def ancestors(self, pid: int) -> Iterator[int]:
        """A process's parent, that one's parent, and so on."""
        one, seen = self.processes.get(pid), {pid}
        while one is not None and one.ppid in self.processes and one.ppid not in seen:
            seen.add(one.ppid)
            yield one.ppid
            one = self.processes[one.ppid]

    def _add(self, one: Scanned) -> None:
        self.processes[one.pid] = one
        self._children.setdefault(one.ppid, set()).add(one.pid)
        for key, reads, writes in one.ends.values():
            if reads:
                self.readers.setdefault(key, set()).add(one.pid)
            if writes:
                self.writers.setdefault(key, set()).add(one.pid)

    def _forget(self, pid: int) -> None:
        one = self.processes.pop(pid, None)
        for key, _, _ in one.ends.values() if one is not None else ():
            for those in (self.readers, self.writers):
                those.get(key, set()).discard(pid)

    def _process(self, pid: int) -> Scanned | None:
        base = f"/proc/{pid}"
        try:
            found = Scanned(pid, os.stat(base).st_uid)
            if not _fill_in(found, read(f"{base}/stat")):
                return None
        except PermissionError:  # hidepid=noaccess
            return found
        except (OSError, ValueError, IndexError):
            return None
        if not found.ended:
            self._read_descriptors(found, base)
            _read_calls(found, base)
        return found

    def _read_descriptors(self, one: Scanned, base: str) -> None:
        folder = f"{base}/fd"
        try:
            names = os.listdir(folder)
        except OSError:
            return
        one.links, one.ends = {}, {}
        for name in names:
            path = f"{folder}/{name}"
            try:
                one.links[int(name)] = target = os.readlink(path)
                key = self._pipe(path, target)
                if key is not None:
                    # The permissions of the link are those of the descriptor (proc_pid_fd(5)).
                    mode = os.lstat(path).st_mode
                    one.ends[int(name)] = key, bool(mode & stat.S_IRUSR), bool(mode & stat.S_IWUSR)
            except OSError:
                continue

    def _pipe(self, link: str, target: str) -> Key | None:
        """The pipe that a descriptor leads to. What was once found at a path not to be one is not
        asked again: most processes have the same few files open."""
        if target in self._no_fifos:
            return None
        key = key_of(link, target)
        if key is None:
            self._no_fifos.add(target)
        return key


def _fill_in(one: Scanned, text: bytes) -> bool:
    """Of /proc/PID/stat (proc_pid_stat(5)); false for a thread of the kernel."""
    begin, end = text.index(b"("), text.rindex(b")")
    fields = text[end + 2 :].split()
    if int(fields[6]) & _KERNEL_THREAD:
        return False
    one.name = text[begin + 1 : end].decode(errors="backslashreplace")
    one.state = fields[0].decode()
    one.ppid, one.session = int(fields[1]), int(fields[3])
    one.threads, one.start = int(fields[17]), int(fields[19])
    one.ignored = int(fields[30])
    if int(fields[29]):  # it blocks signals: only its status tells those that wait for all of it
        sets = parse_signal_sets(read(f"/proc/{one.pid}/status"))
        one.unread = bool(sets.pending & sets.blocked)
    return True


def _read_calls(one: Scanned, base: str) -> None:
    """Of each thread's `syscall` file (proc_pid_syscall(5))."""
    try:
        paths = (
            [base]
            if one.threads == 1
            else [f"{base}/task/{tid}" for tid in numbers(f"{base}/task")]
        )
        texts = [text for path in paths if (text := _text(path)) is not None]
    except OSError:
        return
    one.runs = any(text.startswith(b"running") for text in texts)
    one.calls = [call for call in map(_call, texts) if call is not None]


def _text(base: str) -> bytes | None:
    """Null where the thread has gone. Raises OSError where one may not see its calls."""
    try:
        return read(f"{base}/syscall", 256)
    except GONE:
        return None


def _call(text: bytes) -> Call | None:
    words = text.split(None, 2)
    name = NAMES.get(int(words[0])) if len(words) > 1 and words[0].isdigit() else None
    return (family(name), int(words[1], 16)) if name is not None else None
