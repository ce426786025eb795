"""deadlock: real programs that wait for each other, and others that only seem to."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnoses.judging import Judged
from ipcviz.events import Finding, State
from programs import needs

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

PAIRS = {
    "both read": FORK + "os.read(back[0], 1)",
    "both write": FORK + "os.write(there[1], bytes(100_000))",
    "a parent waits for a child that writes": PAIR
    + "if os.fork() == 0: os.close(there[0]); os.write(there[1], bytes(100_000))\nos.wait()",
    "a parent waits by pid for a child that reads": PAIR
    + "child = os.fork()\nif child == 0: os.close(there[1]); os.read(there[0], 1)\n"
    "os.waitpid(child, 0)",
    "a parent waits with waitid for a child's answer": PAIR
    + "child = os.fork()\nif child == 0: os.read(there[0], 1)\n"
    "os.waitid(os.P_PIDFD, os.pidfd_open(child), os.WEXITED)",
    "both poll": FORK + "p = select.poll(); p.register(back[0], select.POLLIN); p.poll()",
    "both select": FORK + "select.select([back[0]], [], [])",
    "both epoll": FORK + "p = select.epoll(); p.register(back[0], select.EPOLLIN); p.poll()",
    "one polls to write, one polls a pidfd": FORK
    + "if child == 0:\n  os.set_blocking(there[1], False)\n  os.write(there[1], bytes(65536))\n"
    "  select.select([], [there[1]], [])\n"
    "p = select.poll(); p.register(os.pidfd_open(child), select.POLLIN); p.poll()",
    "a poll with an event counter beside the pipe": FORK
    + "wakes = os.eventfd(0)\nselect.select([wakes, back[0]], [], [])",
    "a poll that waits for the other end to close only": FORK
    + "p = select.poll(); p.register(back[0] if child else there[1], select.POLLPRI); p.poll()",
    "threads wait, and the main one for them": FORK
    + "t = threading.Thread(target=os.read, args=(back[0], 1)); t.start(); t.join()",
    "the end of a child is handled, but that one is stuck as well": HANDLE_CHILDREN
    + FORK
    + "os.read(back[0], 1)",
    "the end of another child is blocked": HANDLE_CHILDREN
    + SLEEPING_CHILD
    + "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])\n"
    + FORK
    + "os.read(back[0], 1)",
    "the end of another child is blocked by ppoll alone": HANDLE_CHILDREN
    + SLEEPING_CHILD
    + FORK
    + PPOLL
    + "ppoll(back[0], signal.SIGCHLD)",
}
"""Two processes that wait for each other, which one program makes."""


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Judged]:
    """A run of three roles, of which the FIFO `a` leads from one to two, and `b` back."""
    judged = Judged(tmp_path, roles=("one", "two", "three"))
    yield judged
    judged.close()


def start(judged: Judged, code: str, role: str = "one") -> int:
    return judged.python(IMPORTS + code, role)


def deadlock(judged: Judged, certain: bool = True) -> Finding:
    return judged.found("deadlock", certain=certain)


@pytest.mark.parametrize("code", PAIRS.values(), ids=PAIRS)
def test_a_pair_for_certain(judged: Judged, code: str) -> None:
    pid = start(judged, code)
    finding = deadlock(judged)
    assert finding.severity == "error"
    assert len(finding.pids) == 2
    assert pid in finding.pids


def test_the_same_is_found_in_processes_that_ipcviz_did_not_start(onlooker: Judged) -> None:
    start(onlooker, PAIRS["both read"])
    deadlock(onlooker)


@needs("cc")
def test_a_vfork_whose_child_writes_to_its_parent(judged: Judged) -> None:
    (judged.directory / "program.c").write_text(
        "#include <sys/prctl.h>\n#include <unistd.h>\n"
        "int main() { int ends[2]; static char text[100000]; prctl(PR_SET_PDEATHSIG, 9);\n"
        "pipe(ends); if (vfork() == 0) { write(ends[1], text, sizeof text); _exit(0); } }\n"
    )
    subprocess.run(["cc", "-w", "-o", "program", "program.c"], cwd=judged.directory, check=True)
    parent = judged.start(["./program"])
    judged.blocked(parent, "wait", syscall="vfork")
    assert parent in deadlock(judged).pids


def test_a_ring_of_three(judged: Judged) -> None:
    start(
        judged,
        "pipes = [os.pipe() for _ in range(3)]\n"
        "me = 1 if os.fork() == 0 else 2 if os.fork() == 0 else 0\n"
        "for number, (end, other) in enumerate(pipes):\n"
        "  if number != me: os.close(other)\n"
        "  if number != (me + 1) % 3: os.close(end)\n"
        "os.read(pipes[(me + 1) % 3][0], 1)",
    )
    finding = deadlock(judged)
    assert len(finding.pids) == 3
    assert finding.what.endswith(" wait for each other, so none of them can go on.")


def test_who_waits_for_whom_in_which_call(judged: Judged) -> None:
    one = start(judged, BOTH_WAYS + "os.read(fb, 1)")
    two = start(judged, BOTH_WAYS + "os.write(fa, bytes(100_000))", "two")
    finding = deadlock(judged)
    assert finding.pids == tuple(sorted((one, two)))
    assert finding.what.endswith(" wait for each other, so neither can go on.")
    for words in (
        "one waits in read() for data on b, and only two and it itself could end that",
        "two waits in write() for room in a, and only one and it itself could end that",
    ):
        assert words in finding.why
    assert "unless somebody outside signals or kills one" in finding.do


def test_a_parent_in_wait_for_a_child_that_writes_to_it(judged: Judged) -> None:
    parent = start(judged, "subprocess.Popen(['seq', '1000000'], stdout=subprocess.PIPE).wait()")
    finding = deadlock(judged)
    (child,) = set(finding.pids) - {parent}
    who = f"seq (pid {child})"
    assert f"one waits in wait4() for {who} to end" in finding.why
    assert f"{who} waits in write() for room in {finding.channel}, and only one" in finding.why
    assert "read all that a child writes before waiting for its end" in finding.do


@pytest.mark.parametrize(
    ("waiting", "advice"),
    [
        ("both write", "let one of them read before it writes on"),
        ("both read", "let one of them write first"),
        ("a parent waits by pid for a child that reads", "give a child what it waits for"),
    ],
)
def test_how_to_avoid_it(judged: Judged, waiting: str, advice: str) -> None:
    start(judged, PAIRS[waiting])
    assert advice in deadlock(judged).do


def test_victims_are_named(judged: Judged) -> None:
    program = f"import os\n{IMPORTS}{PAIRS['both read']}"
    victim = start(judged, f"subprocess.run([sys.executable, '-c', {program!r}])")
    finding = deadlock(judged)
    assert victim not in finding.pids
    assert finding.what.endswith(" can go on. one waits for them in vain.")


def test_it_is_over_once_one_is_killed(judged: Judged) -> None:
    one = start(judged, BOTH_WAYS + "os.read(fb, 1)")
    two = start(judged, BOTH_WAYS + "os.read(fa, 1)", "two")
    deadlock(judged)
    os.kill(two, signal.SIGKILL)
    judged.programs["two"].wait()
    judged.blocked(one, "read", releasers=(one,))
    assert judged.findings("deadlock") == []


SHARED = "os.mkfifo('c')\nfd = os.open('c', os.O_RDWR)\n"
WAIT = "if os.fork() == 0: os.read(fd, 1)\nos.wait()"


def test_a_read_from_a_fifo_that_anybody_may_open_is_only_likely(judged: Judged) -> None:
    start(judged, SHARED + WAIT)
    finding = deadlock(judged, certain=False)
    path = judged.directory / "c"
    assert finding.why.endswith(f" Anybody may still open {path} and write to it.")
    assert "so probably neither can go on" in finding.what
    path.unlink()
    deadlock(judged)


@pytest.mark.parametrize(("fixture", "certain"), [("judged", False), ("onlooker", True)])
def test_a_write_to_one_is_certain_only_where_everybody_is_looked_at(
    request: pytest.FixtureRequest, fixture: str, certain: bool
) -> None:
    judged: Judged = request.getfixturevalue(fixture)
    start(judged, SHARED + WAIT.replace("read(fd, 1)", "write(fd, bytes(100_000))"))
    finding = deadlock(judged, certain)
    doubt = f" Anybody may still open {judged.directory / 'c'} and read from it."
    assert finding.why.endswith(doubt) is not certain


def test_a_handler_of_a_timer_s_signal_makes_it_likely(judged: Judged) -> None:
    start(judged, "signal.signal(signal.SIGALRM, lambda *_: None)\n" + PAIRS["both read"])
    assert "handles SIGALRM, so a timer may still wake it." in deadlock(judged, certain=False).why


def test_so_does_a_role_that_may_still_come_to_the_fifo(three: Judged) -> None:
    start(three, BOTH_WAYS + "os.read(fa, 1)", "two")
    start(three, BOTH_WAYS + "os.read(fb, 1)", "three")
    finding = deadlock(three, certain=False)
    assert finding.why.endswith(" one may still open a and write to it.")


TAKEN_TWICE = "lock = threading.Lock()\nlock.acquire(); lock.acquire()"
TWO_ORDERS = """
one, other, both = threading.Lock(), threading.Lock(), threading.Barrier(2)
def take(first, second):
  first.acquire(); both.wait(); second.acquire()
threading.Thread(target=take, args=(other, one)).start()
take(one, other)
"""
NO_HANDLERS = "signal.signal(signal.SIGINT, signal.SIG_DFL)\n"


@pytest.mark.parametrize(
    ("code", "who"),
    [(TAKEN_TWICE, "Its only thread waits"), (TWO_ORDERS, "All its 2 threads wait")],
    ids=["a lock taken twice", "locks taken in two orders"],
)
def test_one_that_waits_for_its_own_locks_is_likely(judged: Judged, code: str, who: str) -> None:
    pid = start(judged, NO_HANDLERS + code)
    finding = deadlock(judged, certain=False)
    assert (finding.pids, finding.what) == ((pid,), "one waits for itself.")
    assert finding.why.startswith(f"{who} for a lock ")


def test_who_waits_for_one_that_waits_for_itself_is_named(judged: Judged) -> None:
    start(judged, "fd = os.open(a, os.O_WRONLY)\n" + NO_HANDLERS + TAKEN_TWICE)
    two = start(judged, "os.read(os.open(a, os.O_RDONLY), 1)", "two")
    judged.blocked(two, "read")
    finding = deadlock(judged, certain=False)
    assert finding.what == "one waits for itself. two waits for one in vain."


def test_a_run_of_which_nobody_moves_is_likely_one(judged: Judged) -> None:
    pids = [
        start(judged, "os.open(a, os.O_RDONLY)"),
        start(judged, "os.open(b, os.O_RDONLY)", "two"),
    ]
    finding = deadlock(judged, certain=False)
    assert finding.pids == tuple(sorted(pids))
    assert "one waits in open() until somebody writes to a" in finding.why


def test_the_children_of_roles_belong_to_it(tmp_path: Path) -> None:
    judged = Judged(tmp_path, roles=("one",))
    try:
        judged.start(["sh", "-c", "cat a; exit"])
        assert len(deadlock(judged, certain=False).pids) == 2
    finally:
        judged.close()


# What must not be found.


def assert_none(judged: Judged, processes: int = 2) -> None:
    """Nothing is found once so many processes have come to rest."""

    def at_rest() -> bool:
        living = [one for one in judged.model.living() if one.threads]
        states = [state for one in living for state in one.threads.values()]
        return len(living) == processes and all(
            state.agreed and state.state != "running" for state in states
        )

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
    assert_none(judged)


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
            "while True: os.write(there[1], os.read(back[0], 1))",
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
