"""What /proc says of a process, read by code that shares nothing with ipcviz."""

from __future__ import annotations

import array
import ctypes
import fcntl
import os
import platform
import re
import stat
import termios
from dataclasses import dataclass
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_PIDFD_GETFD = 438
_PAGE = 4096
_NAMES = {
    "x86_64": {0: "read", 1: "write", 61: "wait", 247: "wait", 257: "open", 202: "futex"},
    "aarch64": {63: "read", 64: "write", 260: "wait", 95: "wait", 56: "open", 98: "futex"},
}[platform.machine()]


@dataclass(frozen=True)
class Truth:
    """The letter of /proc/PID/stat; the call it sleeps in, and that call's arguments."""

    letter: str
    call: str | None
    arguments: tuple[int, ...] = ()


def truth(pid: int) -> Truth | None:
    """What the process does, null if it has been reaped."""
    try:
        letter = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        words = Path(f"/proc/{pid}/syscall").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    if letter != "S" or words[0] in ("running", "-1"):
        return Truth(letter, None)
    arguments = tuple(int(word, 16) for word in words[1:7])
    return Truth(letter, _NAMES.get(int(words[0]), words[0]), arguments)


def opened(pid: int, descriptor: int) -> str:
    """What a descriptor leads to, as the kernel names it."""
    return os.readlink(f"/proc/{pid}/fd/{descriptor}")


def text_at(pid: int, address: int) -> str:
    """The text that stands in a process's memory, up to its NUL."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        memory.seek(address)
        return os.fsdecode(memory.read(_PAGE - address % _PAGE).partition(b"\0")[0])


def descriptors(pid: int, path: Path) -> list[tuple[int, str]]:
    """The process's descriptors on this FIFO, each with how it was opened."""
    inode = path.stat().st_ino
    found = []
    for entry in sorted(os.listdir(f"/proc/{pid}/fd"), key=int):
        there = os.stat(f"/proc/{pid}/fd/{entry}")
        if stat.S_ISFIFO(there.st_mode) and there.st_ino == inode:
            flags = re.search(r"flags:\s*(\d+)", Path(f"/proc/{pid}/fdinfo/{entry}").read_text())
            assert flags is not None
            mode = int(flags[1], 8) & os.O_ACCMODE
            found.append((int(entry), {0: "read", 1: "write", 2: "read-write"}[mode]))
    return found


def queued(pid: int, descriptor: int) -> int:
    """FIONREAD on a duplicate of that process's descriptor: bytes in the pipe. pipe(7)."""
    process = os.pidfd_open(pid)
    duplicate = _LIBC.syscall(_PIDFD_GETFD, process, descriptor, 0)
    os.close(process)
    if duplicate < 0:
        raise OSError(ctypes.get_errno(), "pidfd_getfd")
    try:
        count = array.array("i", [0])
        fcntl.ioctl(duplicate, termios.FIONREAD, count)
        return count[0]
    finally:
        os.close(duplicate)
