"""deadlock: real programs that wait in peace, and are none."""

from __future__ import annotations

import os
import subprocess

import pytest

from diagnoses.judging import Judged
from diagnoses.rules.waiting_programs import (
    BOTH_WAYS,
    FORK,
    HANDLE_CHILDREN,
    NO_HANDLERS,
    PAIR,
    PPOLL,
    SLEEPING_CHILD,
    TAKEN_TWICE,
    start,
)
from ipcviz.events import State


def assert_none(judged: Judged, processes: int = 2) -> None:
    """Nothing is found once so many processes have come to rest."""

    def at_rest() -> bool:
        living = [one for one in judged.model.living() if one.threads]
        states = [state for one in living for state in one.threads.values()]
        everybody = len(living) == processes and not judged.observer.undecided
        return everybody and all(one.agreed and one.state != "running" for one in states)

    judged.until(lambda: at_rest() and judged.look() is False and at_rest(), "all come to rest")
    assert judged.findings("deadlock") == []


PEACEFUL: dict[str, tuple[str, int]] = {
    "polls with a time limit": (
        FORK + "p = select.poll(); p.register(back[0], select.POLLIN); p.poll(600_000)",
        2,
    ),
    "one of the two has": (
        FORK + "select.select([back[0]], [], [], 600) if child else os.read(back[0], 1)",
        2,
    ),
    "another thread of one may go on": (
        FORK + "if child: threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "os.read(back[0], 1)",
        2,
    ),
    "a third process has the write end": (FORK + SLEEPING_CHILD + "os.read(back[0], 1)", 4),
    "a handler takes note of a child's end": (
        HANDLE_CHILDREN + SLEEPING_CHILD + FORK + "os.read(back[0], 1)",
        3,
    ),
    "ppoll lets it": (
        HANDLE_CHILDREN
        + SLEEPING_CHILD
        + "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])\n"
        + FORK
        + PPOLL
        + "ppoll(back[0])",
        3,
    ),
    "a wait for any child, one of which sleeps": (
        SLEEPING_CHILD + PAIR + "if os.fork() == 0: os.read(there[0], 1)\nos.wait()",
        3,
    ),
    "a child that has ended is about to be waited for": (
        FORK + "if child == 0: os.read(back[0], 1)\n"
        "if os.fork() == 0: os._exit(0)\n"
        "os.waitid(os.P_ALL, 0, os.WSTOPPED)",
        2,
    ),
    "one waits for a signal": (FORK + "os.read(back[0], 1) if child else signal.pause()", 2),
    "one reads a socket": (
        "import socket\nend, other = socket.socketpair()\n"
        + FORK
        + "select.select([back[0], end], [], [])",
        2,
    ),
    "one is stopped": (
        FORK + "if child == 0: os.kill(os.getpid(), signal.SIGSTOP)\nos.read(back[0], 1)",
        2,
    ),
    "its own locks, with a handler": (TAKEN_TWICE, 1),
    "its own locks, while another thread sleeps": (
        NO_HANDLERS
        + "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
        + TAKEN_TWICE,
        1,
    ),
    "its own locks, with a time limit": (
        NO_HANDLERS + TAKEN_TWICE.replace("lock.acquire()", "lock.acquire(timeout=600)"),
        1,
    ),
    "a parent in wait for a child that waits for a FIFO to be opened": (
        "if os.fork() == 0: os.open(a, os.O_RDONLY)\nos.wait()",
        2,
    ),
}
"""Programs that wait in peace, and how many processes they are."""


@pytest.mark.parametrize(("code", "processes"), PEACEFUL.values(), ids=PEACEFUL)
def test_no_deadlock_where(judged: Judged, code: str, processes: int) -> None:
    start(judged, code)
    assert_none(judged, processes)


def test_a_shell_that_waits_for_a_line_is_none(judged: Judged) -> None:
    judged.start(["sh"], stdin=subprocess.PIPE)
    start(judged, BOTH_WAYS + "os.read(fa, 1)", "two")
    assert_none(judged)


def test_a_shell_that_reads_what_somebody_out_of_sight_may_write_is_none(onlooker: Judged) -> None:
    ours, theirs = os.pipe()
    try:
        onlooker.start(["sh", "-c", "cat; exit"], stdin=ours)
        assert_none(onlooker)
    finally:
        os.close(ours)
        os.close(theirs)


STANDING_STILL = {
    "a read from what only the reader writes": "os.read(os.open(b, os.O_RDWR), 1)",
    "a wait for a signal": "signal.pause()",
    "a poll with a time limit": "select.select([os.open(b, os.O_RDWR)], [], [], 600)",
    "a wait for a while": "time.sleep(600)",
    "a wait for a child that has ended": "if os.fork() == 0: os._exit(0)\n"
    "if os.fork() == 0: os.open(b, os.O_RDONLY)\nos.waitid(os.P_ALL, 0, os.WSTOPPED)",
    "a socket": "import socket\nend, other = socket.socketpair()\nend.recv(1)",
    "a listening socket": "import socket\ns = socket.socket(); s.listen()\ns.accept()",
    "a terminal": "import pty\npty.openpty(); os.read(4, 1)",
    "a stop": "os.kill(os.getpid(), signal.SIGSTOP)",
    "a timer": "import ctypes\nos.read(ctypes.CDLL(None).timerfd_create(1, 0), 8)",
}
"""Programs beside which another that is in open() is not stuck for ever, or not unexplained."""


@pytest.mark.parametrize("code", STANDING_STILL.values(), ids=STANDING_STILL)
def test_a_run_does_not_stand_still_for(judged: Judged, code: str) -> None:
    start(judged, code)
    start(judged, "os.open(a, os.O_RDONLY)", "two")
    assert_none(judged, 3 if "fork" in code else 2)


def test_a_run_of_which_a_role_is_not_started_does_not_stand_still(three: Judged) -> None:
    start(three, "os.open(a, os.O_RDONLY)")
    start(three, "os.open(b, os.O_RDONLY)", "two")
    assert_none(three)


def test_others_that_wait_for_a_fifo_to_be_opened_do_not_stand_still(onlooker: Judged) -> None:
    start(onlooker, "os.open(a, os.O_RDONLY)")
    start(onlooker, "os.open(b, os.O_RDONLY)", "two")
    assert_none(onlooker)


ONE_CORE = "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})\n"
"""So that the other is left for the looks."""


@pytest.mark.parametrize(
    ("code", "looks"),
    [
        (
            FORK + "if child: os.write(there[1], b'x')\n"
            "while True: os.read(back[0], 1); sum(range(20_000)); os.write(there[1], b'x')",
            1_000,
        ),
        (
            "while True:\n"
            "  child = subprocess.Popen(['true'], stdout=subprocess.PIPE)\n"
            "  child.stdout.read(); child.wait()",
            100,
        ),
    ],
    ids=["two that play ping-pong", "one that waits for child after child"],
)
def test_whoever_is_busy_is_in_none_in_any_look(judged: Judged, code: str, looks: int) -> None:
    pid = start(judged, ONE_CORE + code)
    judged.until(lambda: judged.told(State, pid=pid, state="blocked"), "it waits at times")
    for _ in range(looks):
        assert judged.findings("deadlock") == []
