"""zombie: parents that do not wait for a child that has ended, and parents that will."""

from __future__ import annotations

import os
import signal

import pytest

from diagnoses.judging import Judged
from ipcviz import events

CHILD = "if os.fork() == 0: os._exit(3)\n"
IMPORTS = "import select, signal, subprocess, time\n"


def child_of(judged: Judged, parent: int) -> int:
    """Wait until a child of this parent is a zombie; its pid."""

    def found() -> int | None:
        zombies = (one for one in judged.model.processes.values() if one.state == "zombie")
        return next((one.pid for one in zombies if one.ppid == parent), None)

    pid = judged.until(found, f"a child of {parent} has ended")
    assert pid is not None
    return pid


@pytest.mark.parametrize(
    "sleep",
    [
        "os.open(a, os.O_RDONLY)",
        "time.sleep(600)",
        "sys.stdin.read()",
    ],
)
def test_a_child_that_has_ended_while_its_parent_sleeps(judged: Judged, sleep: str) -> None:
    parent = judged.python(IMPORTS + CHILD + sleep, stdin=-1)
    finding = judged.found("zombie")
    assert finding.pids == (child_of(judged, parent), parent)
    assert (finding.severity, finding.certain, finding.role) == ("warning", True, "one")
    assert finding.what.endswith("and its parent one has not waited for it.")


def test_a_parent_that_looks_every_second_for_something_else(judged: Judged) -> None:
    parent = judged.python(IMPORTS + CHILD + "while True: time.sleep(0.9)")
    child = child_of(judged, parent)
    assert judged.findings("zombie") == []
    judged.found("zombie", pids=(child, parent))


def test_a_handler_that_waits_for_one_child_only(judged: Judged) -> None:
    """Several ends may be one SIGCHLD."""
    parent = judged.python(
        IMPORTS + "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})\n"
        "signal.signal(signal.SIGCHLD, lambda *_: os.wait())\n"
        "children = [os.fork() or os._exit(0) for _ in range(3)]\n"
        "for one in children: os.waitid(os.P_PID, one, os.WEXITED | os.WNOWAIT)\n"
        "signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})\n"
        "while True: signal.pause()"
    )
    judged.blocked(parent, "pause")
    judged.found("zombie")


def test_in_one_look_at_strangers(onlooker: Judged) -> None:
    parent = onlooker.python(IMPORTS + CHILD + "time.sleep(600)")
    onlooker.found("zombie", pids=(child_of(onlooker, parent), parent))


def test_only_once_it_has_lasted(judged: Judged) -> None:
    judged.python(CHILD + "os.open(a, os.O_RDONLY)")
    judged.found("zombie")
    assert judged.findings("zombie", after=0) == []
    assert judged.judge.due is not None


def test_it_clears_once_it_was_waited_for(judged: Judged) -> None:
    parent = judged.python(
        IMPORTS
        + "signal.signal(signal.SIGUSR1, lambda *_: os.wait())\n"
        + CHILD
        + "while True: signal.pause()"
    )
    judged.log.append(judged.found("zombie"))
    os.kill(parent, signal.SIGUSR1)
    judged.until(lambda: child_is_gone(judged, parent), "it was waited for")
    told = judged.judge.judge(judged.log.now())
    assert [event.rule for event in told if isinstance(event, events.FindingClear)] == ["zombie"]


def child_is_gone(judged: Judged, parent: int) -> bool:
    return not any(one.ppid == parent for one in judged.model.processes.values() if one.alive)


def test_a_child_that_was_waited_for(judged: Judged) -> None:
    parent = judged.python(CHILD + "os.wait(); os.open(a, os.O_RDONLY)")
    judged.blocked(parent, "open")
    assert judged.findings("zombie") == []


@pytest.mark.parametrize(
    ("later", "call"),
    [
        ("subprocess.run(['sleep', '600'])", "wait"),
        ("subprocess.run(['sleep', '600'], stdout=subprocess.PIPE)", "read"),
    ],
)
def test_a_parent_that_comes_to_it_after_another(judged: Judged, later: str, call: str) -> None:
    parent = judged.python(IMPORTS + CHILD + later)
    child_of(judged, parent)
    judged.blocked(parent, call)
    assert judged.findings("zombie") == []


def test_a_supervisor_that_looks_for_ended_children_every_second(judged: Judged) -> None:
    parent = judged.python(
        IMPORTS + CHILD + "while True: select.select([], [], [], 1); os.waitpid(-1, os.WNOHANG)"
    )
    judged.settled(parent, state="sleeping")
    child_of(judged, parent)
    assert judged.findings("zombie") == []


def test_a_parent_that_works(judged: Judged) -> None:
    parent = judged.python(CHILD + "while True: pass")
    child_of(judged, parent)
    assert judged.findings("zombie") == []


def test_a_parent_that_is_stopped(judged: Judged) -> None:
    parent = judged.python(IMPORTS + CHILD + "time.sleep(600)")
    child_of(judged, parent)
    os.kill(parent, signal.SIGSTOP)
    judged.settled(parent, state="stopped")
    assert judged.findings("zombie") == []


def test_an_orphan_that_ipcviz_will_wait_for(judged: Judged) -> None:
    judged.python(
        IMPORTS + "if os.fork() == 0:\n"
        "    if os.fork() == 0: os.read(os.open(a, os.O_RDWR), 1); os._exit(0)\n"
        "    os._exit(0)\n"
        "os.wait(); time.sleep(600)"
    )
    judged.until(lambda: [one for one in judged.model.living() if one.orphaned], "an orphan")
    (orphan,) = (one for one in judged.model.living() if one.orphaned)
    judged.a.write_bytes(b"x")
    judged.until(lambda: orphan.state == "zombie", "it has ended")
    assert judged.findings("zombie") == []
