"""Waits for locks of files: which file, and who holds the lock now."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ipcviz.events import ProcessStart, State, Wanted
from observers.watching import Watched

_TAKES = """
import fcntl, struct, time
file = open("lock", "r+")
def lock(kind, begin=0, length=0):
    "Lock some bytes of the file for its open file description: F_OFD_SETLKW, fcntl(2)."
    fcntl.fcntl(file, 38, struct.pack("hhqqi4x", kind, 0, begin, length, 0))
"""
_FLOCK, _FLOCK_SHARED = "fcntl.flock(file, fcntl.LOCK_EX)", "fcntl.flock(file, fcntl.LOCK_SH)"
_FCNTL, _FCNTL_SHARED = "fcntl.lockf(file, fcntl.LOCK_EX)", "fcntl.lockf(file, fcntl.LOCK_SH)"
_OFD, _OFD_SHARED = "lock(fcntl.F_WRLCK)", "lock(fcntl.F_RDLCK)"


class Locking:
    """Programs that lock one file."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.path = watched.directory / "lock"
        self.path.touch()

    def takes(
        self, code: str, role: str = "one", then: str = "time.sleep(600)", **settings: Any
    ) -> int:
        """Start a program that takes a lock, and look until it has it."""
        before = self._taken()
        pid = self.watched.python(f"{_TAKES}{code}\n{then}", role, **settings)
        self.watched.until(lambda: self._taken() > before, "the lock is taken")
        return pid

    def waits(self, code: str, holders: tuple[int, ...], role: str = "two") -> State:
        """Start a program that waits for a lock of these."""
        pid = self.watched.python(_TAKES + code, role)
        wanted = (Wanted(pids=tuple(sorted(holders)), lock=str(self.path)),)
        return self.watched.blocked(
            pid, "lock", on=f"a lock on {self.path}", waits_for=wanted, releasers=None
        )

    def _taken(self) -> int:
        lines = Path("/proc/locks").read_text().splitlines()
        return sum(f":{self.path.stat().st_ino} " in line for line in lines)


@pytest.fixture
def locking(watched: Watched) -> Locking:
    return Locking(watched)


@pytest.mark.parametrize(
    ("code", "syscall"), [(_FLOCK, "flock"), (_FCNTL, "fcntl"), (_OFD, "fcntl")]
)
def test_a_lock_and_its_holder(locking: Locking, code: str, syscall: str) -> None:
    holder = locking.takes(code)
    state = locking.waits(code, (holder,))
    assert (state.syscall, state.timed) == (syscall, False)
    assert isinstance(state.fd, int)


@pytest.mark.parametrize(
    ("shared", "code"), [(_FLOCK_SHARED, _FLOCK), (_FCNTL_SHARED, _FCNTL), (_OFD_SHARED, _OFD)]
)
def test_all_who_share_a_lock_hold_it(locking: Locking, shared: str, code: str) -> None:
    holders = locking.takes(shared), locking.takes(shared, "two")
    locking.waits(code, holders, "three")


def test_fcntl_and_open_file_descriptions_lock_each_other_out(locking: Locking) -> None:
    holder = locking.takes(_OFD)
    locking.waits(_FCNTL, (holder,))


def test_flock_and_fcntl_do_not(locking: Locking) -> None:
    holder = locking.takes(_FLOCK)
    locking.takes(_FCNTL, "two")
    locking.waits(_FLOCK, (holder,), "three")


@pytest.mark.parametrize(
    "lock", ["fcntl.lockf(file, fcntl.LOCK_EX, {1}, {0})", "lock(1, {0}, {1})"]
)
def test_only_the_bytes_that_are_waited_for_matter(locking: Locking, lock: str) -> None:
    locking.takes(lock.format(0, 10))
    holder = locking.takes(lock.format(10, 0), "two")
    locking.waits(lock.format(10, 1), (holder,), "three")


def test_whoever_inherited_a_lock_holds_it_once_its_taker_has_ended(locking: Locking) -> None:
    forks = (
        "child = os.fork()\nif not child: time.sleep(600)\nprint(child, flush=True); os._exit(0)"
    )
    taker = locking.takes(_FLOCK, then=forks, stdout=subprocess.PIPE)
    program = locking.watched.programs["one"]
    assert program.stdout is not None
    heir = int(program.stdout.readline())
    program.wait()
    locking.watched.until(lambda: locking.watched.told(ProcessStart, pid=heir), "the child")
    assert heir != taker
    locking.waits(_FLOCK, (heir,))


def test_a_program_that_opened_the_file_twice_waits_for_itself(locking: Locking) -> None:
    code = f"{_TAKES}{_FLOCK}\nfcntl.flock(open('lock'), fcntl.LOCK_EX)"
    pid = locking.watched.python(code)
    wanted = (Wanted(pids=(pid,), lock=str(locking.path)),)
    locking.watched.blocked(pid, "lock", waits_for=wanted)


@pytest.mark.parametrize("take", [fcntl.flock, fcntl.lockf])
def test_a_holder_that_is_not_watched(locking: Locking, take: object) -> None:
    assert callable(take)
    with locking.path.open("r+") as file:
        take(file, fcntl.LOCK_EX)
        locking.waits(_FLOCK if take is fcntl.flock else _FCNTL, (os.getpid(),))
