"""The system calls that can wait: their numbers, and the family that each belongs to.

Numbers are those of asm/unistd_64.h (x86_64) and asm-generic/unistd.h (aarch64).
"""

from __future__ import annotations

import ctypes
import os

_X86_64 = {
    0: "read",
    1: "write",
    2: "open",
    7: "poll",
    17: "pread64",
    18: "pwrite64",
    19: "readv",
    20: "writev",
    23: "select",
    34: "pause",
    35: "nanosleep",
    40: "sendfile",
    42: "connect",
    43: "accept",
    44: "sendto",
    45: "recvfrom",
    46: "sendmsg",
    47: "recvmsg",
    56: "clone",
    58: "vfork",
    60: "exit",
    61: "wait4",
    65: "semop",
    69: "msgsnd",
    70: "msgrcv",
    72: "fcntl",
    73: "flock",
    85: "creat",
    128: "rt_sigtimedwait",
    130: "rt_sigsuspend",
    202: "futex",
    208: "io_getevents",
    219: "restart_syscall",
    220: "semtimedop",
    230: "clock_nanosleep",
    231: "exit_group",
    232: "epoll_wait",
    242: "mq_timedsend",
    243: "mq_timedreceive",
    247: "waitid",
    257: "openat",
    270: "pselect6",
    271: "ppoll",
    275: "splice",
    276: "tee",
    278: "vmsplice",
    281: "epoll_pwait",
    288: "accept4",
    295: "preadv",
    296: "pwritev",
    299: "recvmmsg",
    307: "sendmmsg",
    327: "preadv2",
    328: "pwritev2",
    333: "io_pgetevents",
}
_AARCH64 = {
    4: "io_getevents",
    22: "epoll_pwait",
    25: "fcntl",
    32: "flock",
    56: "openat",
    63: "read",
    64: "write",
    65: "readv",
    66: "writev",
    67: "pread64",
    68: "pwrite64",
    69: "preadv",
    70: "pwritev",
    71: "sendfile",
    72: "pselect6",
    73: "ppoll",
    75: "vmsplice",
    76: "splice",
    77: "tee",
    93: "exit",
    94: "exit_group",
    95: "waitid",
    98: "futex",
    101: "nanosleep",
    115: "clock_nanosleep",
    128: "restart_syscall",
    133: "rt_sigsuspend",
    137: "rt_sigtimedwait",
    182: "mq_timedsend",
    183: "mq_timedreceive",
    188: "msgrcv",
    189: "msgsnd",
    192: "semtimedop",
    193: "semop",
    202: "accept",
    203: "connect",
    206: "sendto",
    207: "recvfrom",
    211: "sendmsg",
    212: "recvmsg",
    220: "clone",
    242: "accept4",
    243: "recvmmsg",
    260: "wait4",
    269: "sendmmsg",
    286: "preadv2",
    287: "pwritev2",
    292: "io_pgetevents",
}
_EVERYWHERE = {
    426: "io_uring_enter",
    435: "clone3",
    437: "openat2",
    441: "epoll_pwait2",
    449: "futex_waitv",
    455: "futex_wait",
}
"""Calls since Linux 5.1 have one number on every architecture."""

TABLES = {"x86_64": _X86_64 | _EVERYWHERE, "aarch64": _AARCH64 | _EVERYWHERE}
NAMES = TABLES.get(os.uname().machine, {})
"""Number to exact name on this machine."""

_MEMBERS = {
    "open": "openat openat2 creat",
    "read": "readv pread64 preadv preadv2",
    "write": "writev pwrite64 pwritev pwritev2",
    "poll": "ppoll select pselect6 epoll_wait epoll_pwait epoll_pwait2",
    "wait": "wait4 waitid vfork clone clone3",
    "pause": "rt_sigsuspend rt_sigtimedwait",
    "sleep": "nanosleep clock_nanosleep",
    "futex": "futex_wait futex_waitv",
    "lock": "flock fcntl",
    "exit": "exit_group",
}
_FAMILIES = {member: family for family, names in _MEMBERS.items() for member in names.split()}


def family(name: str) -> str:
    """The family of a call: openat is open, wait4 is wait; a call of its own kind is its own."""
    return _FAMILIES.get(name, name)


def signed(argument: int) -> int:
    """A system call's argument that is an int, as /proc/PID/syscall shows it: a register."""
    return ctypes.c_int(argument & 0xFFFFFFFF).value
