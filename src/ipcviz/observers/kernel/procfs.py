"""Reading /proc: its files, and the few fields of them that matter here. proc(5)."""

from __future__ import annotations

import os
from typing import ClassVar

from msgspec import Struct

GONE = (ProcessLookupError, FileNotFoundError)
"""What reading about a process or thread that no longer exists raises."""

_PAGE = 4096
_ELFCLASS32 = 1


class ProcFile:
    """A file of /proc, opened at the first read and kept open: reading again costs a fifth, and
    a kept file never speaks of a later process that got the same number."""

    KEPT_AT_MOST: ClassVar[int] = 400
    """Kept files of all of ipcviz; beyond it (programs of a hundred threads) files are opened
    for each read, so that descriptors do not run out."""
    _kept: ClassVar[int] = 0

    def __init__(self, path: str) -> None:
        self._path = path
        self._handle: int | None = None

    def read(self, size: int = _PAGE) -> bytes:
        """What the file says now. Raises OSError; one of GONE when its subject has gone."""
        if self._handle is not None:
            return os.pread(self._handle, size, 0)
        handle = os.open(self._path, os.O_RDONLY)
        if ProcFile._kept < self.KEPT_AT_MOST:
            ProcFile._kept += 1
            self._handle = handle
            return os.pread(handle, size, 0)
        try:
            return os.pread(handle, size, 0)
        finally:
            os.close(handle)

    def close(self) -> None:
        """Let go of the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
            ProcFile._kept -= 1


def read(path: str, size: int = _PAGE) -> bytes:
    """A file that is read once. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        return os.read(handle, size)
    finally:
        os.close(handle)


def read_whole(path: str) -> bytes:
    """A file that is longer than a page, of which the kernel gives a page at a time. Raises
    OSError."""
    with open(path, "rb") as file:
        return file.read()


class Stat(Struct, frozen=True):
    """Of /proc/PID/task/TID/stat (proc_pid_stat(5)). `state` is a letter; `start` in clock ticks
    since boot; `pending` the mask of the standard signals that wait for this thread alone;
    `processor` the one it last ran on; `exit_code` the wait status of a zombie, or (of a process,
    not of a thread) the signal that stopped it, 0 where one may not look into it. `terminal`: the
    number of its controlling terminal, 0 without one; `foreground`: the process group in the
    foreground there."""

    name: str
    state: str
    ppid: int
    group: int
    terminal: int
    foreground: int
    start: int
    pending: int
    processor: int
    exit_code: int


def parse_stat(text: bytes) -> Stat:
    """The name may hold anything, so the fields are counted from its last parenthesis."""
    begin, end = text.index(b"("), text.rindex(b")")
    fields = text[end + 2 :].split()
    return Stat(
        text[begin + 1 : end].decode(errors="backslashreplace"),
        fields[0].decode(),
        int(fields[1]),
        int(fields[2]),
        int(fields[4]),
        int(fields[5]),
        int(fields[19]),
        int(fields[28]),
        int(fields[36]),
        int(fields[49]),
    )


class SignalSets(Struct, frozen=True):
    """A process's signal sets as bit masks: signal N is bit N - 1. `first`: it is the first process
    of its PID namespace, to whom a signal without a handler does nothing (pid_namespaces(7))."""

    pending: int = 0
    blocked: int = 0
    ignored: int = 0
    caught: int = 0
    first: bool = False


def parse_signal_sets(status: bytes) -> SignalSets:
    """Of /proc/PID/status: SigPnd, ShdPnd, SigBlk, SigIgn and SigCgt, which follow each other, and
    NSpid: the pid in each namespace that knows of it, its own last."""
    lines = status[status.index(b"\nSigPnd:") + 1 :].split(b"\n", 5)
    own, shared, blocked, ignored, caught = (int(line[8:], 16) for line in lines[:5])
    pids = status.partition(b"\nNSpid:")[2].partition(b"\n")[0].split()
    return SignalSets(own | shared, blocked, ignored, caught, pids[-1:] == [b"1"])


def parse_command(cmdline: bytes) -> tuple[str, ...]:
    """The arguments of /proc/PID/cmdline; none for a zombie."""
    if not cmdline:
        return ()
    return tuple(os.fsdecode(part) for part in cmdline.rstrip(b"\0").split(b"\0"))


def numbers(directory: str) -> list[int]:
    """The names in a directory of numbers (task, fd), in order. Raises OSError."""
    return sorted(map(int, os.listdir(directory)))


def wchan(pid: int, tid: int) -> str:
    """The kernel function a thread sleeps in; empty where that may not be known."""
    try:
        name = read(f"/proc/{pid}/task/{tid}/wchan").decode(errors="replace")
    except OSError:
        return ""
    return "" if name == "0" else name


def tracer_of(pid: int) -> int:
    """The pid of the process that traces one, 0 where none does, or one that is not seen:
    TracerPid of proc_pid_status(5)."""
    try:
        status = read(f"/proc/{pid}/status")
    except OSError:
        return 0
    return int(status.partition(b"TracerPid:")[2].split(None, 1)[0])


def is_32_bit(pid: int) -> bool:
    """Whether a process runs a 32-bit program, by the ELF class of its executable: its calls
    have other numbers."""
    try:
        return read(f"/proc/{pid}/exe", 5)[4:5] == bytes([_ELFCLASS32])
    except OSError:
        return False


def memory(pid: int, address: int, size: int) -> bytes:
    """Bytes of a process's memory; fewer, or none, where they cannot be read."""
    try:
        handle = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    except OSError:
        return b""
    try:
        return os.pread(handle, size, address)
    except (OSError, OverflowError):
        return b""
    finally:
        os.close(handle)


def memory_text(pid: int, address: int) -> bytes | None:
    """A C string of a process's memory, as the kernel takes a path; null where it cannot be
    read. No read crosses a page: the next one may not be there."""
    text = b""
    while len(text) < _PAGE:
        at = address + len(text)
        piece = memory(pid, at, _PAGE - at % _PAGE)
        if not piece:
            return None
        before, end, _ = piece.partition(b"\0")
        text += before
        if end:
            return text
    return None
