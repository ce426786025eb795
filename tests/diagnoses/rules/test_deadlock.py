"""deadlock: real programs that wait for each other."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from diagnoses.judging import Judged
from diagnoses.rules.waiting_programs import (
    BOTH_WAYS,
    FORK,
    HANDLE_CHILDREN,
    IMPORTS,
    NO_HANDLERS,
    PAIR,
    PPOLL,
    SLEEPING_CHILD,
    TAKEN_TWICE,
    start,
)
from ipcviz.events import Finding
from programs import needs

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
    assert "from outside" in finding.do


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


TWO_ORDERS = """
one, other, both = threading.Lock(), threading.Lock(), threading.Barrier(2)
def take(first, second):
  first.acquire(); both.wait(); second.acquire()
threading.Thread(target=take, args=(other, one)).start()
take(one, other)
"""


@pytest.mark.parametrize(
    ("code", "who"),
    [(TAKEN_TWICE, "Its only thread waits"), (TWO_ORDERS, "All its 2 threads wait")],
    ids=["a lock taken twice", "locks taken in two orders"],
)
def test_one_that_waits_for_its_own_locks_is_likely(judged: Judged, code: str, who: str) -> None:
    pid = start(judged, NO_HANDLERS + code)
    finding = deadlock(judged, certain=False)
    assert (finding.pids, finding.what) == ((pid,), "one waits for itself.")
    assert finding.why.startswith(f"{who} for a lock, or for a word from another")


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
