"""System calls that Python has no name for."""

from __future__ import annotations

import ctypes
import fcntl
import os
import stat
import struct

from msgspec import Struct

Key = tuple[int, int]
"""Which pipe: (device, inode). Anonymous pipes have device 0, which no file system has."""

_PIDFD_GETFD = 438
_AT_FDCWD = -100
_AT_NO_AUTOMOUNT = 0x800
_AT_STATX_DONT_SYNC = 0x4000
_STATX_TYPE, _STATX_NLINK, _STATX_INO, _STATX_BTIME = 0x1, 0x4, 0x100, 0x800
_KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFREG: "a regular file",
    stat.S_IFDIR: "a directory",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_PIDFD_INFO_SIZE = 64
_PIDFD_GET_INFO = (3 << 30) | (_PIDFD_INFO_SIZE << 16) | (0xFF << 8) | 11
_PIDFD_INFO_EXIT = 1 << 3

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long
_libc.syscall.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_int, ctypes.c_uint]
_libc.statx.argtypes = [
    ctypes.c_int,
    ctypes.c_char_p,
    ctypes.c_int,
    ctypes.c_uint,
    ctypes.c_char_p,
]


def _failed() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))


def duplicate(pidfd: int, fd: int) -> int:
    """A duplicate of another process's descriptor, to be closed at once: while it is open, that
    end of a pipe is held. Raises OSError. pidfd_getfd(2)."""
    copy: int = _libc.syscall(_PIDFD_GETFD, pidfd, fd, 0)
    if copy < 0:
        raise _failed()
    return copy


class File(Struct, frozen=True):
    """What a path or a descriptor leads to. `kind` is its type in words; `names`: under how many
    it stands in its file system, none once it was removed; `born` is in nanoseconds since 1970, 0
    where the file system does not keep it."""

    key: Key
    kind: str
    names: int
    born: int

    @property
    def is_fifo(self) -> bool:
        """Whether it is a FIFO, or a pipe."""
        return self.kind == _KINDS[stat.S_IFIFO]


def identify(path: str | bytes) -> File:
    """What stands at a path, without asking a remote file system: a dead network mount cannot
    hang this. Raises OSError. statx(2), AT_STATX_DONT_SYNC."""
    answer = ctypes.create_string_buffer(256)
    flags = _AT_STATX_DONT_SYNC | _AT_NO_AUTOMOUNT
    wanted = _STATX_TYPE | _STATX_NLINK | _STATX_INO | _STATX_BTIME
    if _libc.statx(_AT_FDCWD, os.fsencode(path), flags, wanted, answer) != 0:
        raise _failed()
    (mask,) = struct.unpack_from("I", answer, 0)
    (names,) = struct.unpack_from("I", answer, 16)
    (mode,) = struct.unpack_from("H", answer, 28)
    (inode,) = struct.unpack_from("Q", answer, 32)
    seconds, nanoseconds = struct.unpack_from("qI", answer, 80)
    major, minor = struct.unpack_from("II", answer, 136)
    born = seconds * 1_000_000_000 + nanoseconds if mask & _STATX_BTIME else 0
    kind = _KINDS.get(stat.S_IFMT(mode), "a file")
    return File((os.makedev(major, minor), inode), kind, names, born)


def exit_status(pidfd: int) -> int | None:
    """How a process that was reaped had ended, as a wait status; null where this kernel cannot
    tell (before Linux 6.15) or the process is not reaped yet. PIDFD_GET_INFO, pidfd_open(2)."""
    answer = bytearray(_PIDFD_INFO_SIZE)
    struct.pack_into("Q", answer, 0, _PIDFD_INFO_EXIT)
    try:
        fcntl.ioctl(pidfd, _PIDFD_GET_INFO, answer)
    except OSError:
        return None
    (mask,) = struct.unpack_from("Q", answer, 0)
    if not mask & _PIDFD_INFO_EXIT:
        return None
    (status,) = struct.unpack_from("i", answer, 60)
    return int(status)
