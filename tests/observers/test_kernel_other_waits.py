"""Waits that no rule is about, each in words."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipcviz.events import ProcessStart, Signals, State
from observers.watching import Watched
from programs import needs

_LIBC = ctypes.CDLL(None)
_IPC_RMID = 0
_JOINS = """
#include <pthread.h>
#include <unistd.h>
static void *sleeps(void *nothing) { sleep(600); return nothing; }
int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, sleeps, 0);
    pthread_join(thread, 0);
}
"""
_TAKES_THE_TERMINAL = "import fcntl, select, termios\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"


@needs("gcc")
def test_the_end_of_a_thread(watched: Watched) -> None:
    (watched.directory / "joins.c").write_text(_JOINS)
    program = str(watched.directory / "joins")
    subprocess.run(["gcc", "-pthread", "-o", program, f"{program}.c"], check=True)
    pid = watched.start([program])
    thread = watched.until(lambda: watched.tids(pid) - {pid}, "its thread").pop()
    watched.blocked(pid, "futex", on=f"the end of its thread {thread}", releasers=(pid,))


@pytest.fixture
def semaphore() -> Iterator[int]:
    number = _LIBC.semget(0, 1, 0o600)
    yield number
    _LIBC.semctl(number, 0, _IPC_RMID)


@pytest.fixture
def queue() -> Iterator[int]:
    number = _LIBC.msgget(0, 0o600)
    yield number
    _LIBC.msgctl(number, _IPC_RMID, None)


def test_a_system_v_semaphore(watched: Watched, semaphore: int) -> None:
    decrement = "struct.pack('hhh', 0, -1, 0)"
    pid = watched.python(
        f"import ctypes, struct\nctypes.CDLL(None).semop({semaphore}, {decrement}, 1)"
    )
    watched.settled(pid, state="blocked", on="a System V semaphore", releasers=None)


def test_a_system_v_message_queue(watched: Watched, queue: int) -> None:
    pid = watched.python(
        "import ctypes\nroom = ctypes.create_string_buffer(99)\n"
        f"ctypes.CDLL(None).msgrcv({queue}, room, 9, 0, 0)"
    )
    watched.blocked(pid, "msgrcv", on="a System V message queue", releasers=None)


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A descriptor of the program's side of a pseudo-terminal, and its path."""
    ours, theirs = os.openpty()
    yield theirs, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def test_a_terminal_and_which(watched: Watched, terminal: tuple[int, str]) -> None:
    theirs, path = terminal
    pid = watched.python(
        f"{_TAKES_THE_TERMINAL}os.read(0, 1)", stdin=theirs, start_new_session=True
    )
    watched.blocked(pid, "read", on=f"the terminal {path}")


def test_a_terminal_in_whose_background_it_is(watched: Watched, terminal: tuple[int, str]) -> None:
    theirs, path = terminal
    code = "if os.fork() == 0:\n os.setpgid(0, 0)\n select.select([0], [], [])\nos.wait()"
    pid = watched.python(f"{_TAKES_THE_TERMINAL}{code}", stdin=theirs, start_new_session=True)
    child = watched.until(lambda: watched.told(ProcessStart, ppid=pid), "a child")[0].pid
    assert child is not None
    on = f"the terminal {path}, where another job is in the foreground"
    watched.blocked(child, "poll", on=on)


@needs("unshare")
def test_the_first_process_of_a_pid_namespace(watched: Watched) -> None:
    unshare = ["unshare", "--user", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*unshare, "true"], check=False, capture_output=True).returncode != 0:
        pytest.skip("no namespaces can be made here")
    watched.start([*unshare, "sleep", "600"])
    first = watched.started("sleep 600")
    watched.until(lambda: watched.told(Signals, pid=first, first=True), "it is told as the first")


_FREEZER = Path("/sys/fs/cgroup/freezer")


@pytest.fixture
def freezer() -> Iterator[Path]:
    """A control group to be frozen."""
    group = _FREEZER / f"ipcviz-test-{os.getpid()}"
    try:
        group.mkdir()
    except OSError:
        pytest.skip("no control group can be made here")
    yield group
    (group / "freezer.state").write_text("THAWED")


def test_a_frozen_control_group(watched: Watched, freezer: Path) -> None:
    pid = watched.python("os.read(os.open(a, os.O_RDWR), 1)")
    watched.blocked(pid, "read")
    (freezer / "cgroup.procs").write_text(str(pid))
    (freezer / "freezer.state").write_text("FROZEN")
    state = watched.settled(pid, state="stopped")
    assert state.on == "the freezer of its control group (cgroups(7))"
    (freezer / "freezer.state").write_text("THAWED")
    assert isinstance(watched.blocked(pid, "read"), State)
