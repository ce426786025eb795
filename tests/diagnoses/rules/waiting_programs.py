"""Pieces of programs whose processes wait for each other."""

from __future__ import annotations

from diagnoses.judging import Judged

BOTH_WAYS = "fa, fb = os.open(a, os.O_RDWR), os.open(b, os.O_RDWR)\n"
PAIR = "there, back = os.pipe(), os.pipe()\n"
FORK = PAIR + "child = os.fork()\nif child == 0: there, back = back, there\n"
"""A child, and a pipe each way: each writes into `there` and reads from `back`."""
SLEEPING_CHILD = "if os.fork() == 0: time.sleep(600)\n"
HANDLE_CHILDREN = "signal.signal(signal.SIGCHLD, lambda *_: None)\n"
PPOLL = """
import ctypes, struct
def ppoll(fd, *blocked):
    mask = sum(1 << (number - 1) for number in blocked)
    array, masked = struct.pack("ihh", fd, 1, 0), mask.to_bytes(128, "little")
    ctypes.CDLL(None).ppoll(array, 1, None, masked)
"""
IMPORTS = "import select, signal, subprocess, threading, time\n"
TAKEN_TWICE = "lock = threading.Lock()\nlock.acquire(); lock.acquire()"
NO_HANDLERS = "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"


def start(judged: Judged, code: str, role: str = "one") -> int:
    return judged.python(IMPORTS + code, role)
