"""Looking disturbs nobody, and claims nothing that did not hold at one moment."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from ipcviz.events import Fill, State
from observers.watching import Watched
from waiting import wait_until

PING = "fa, fb = os.open(a, os.O_RDWR), os.open(b, os.O_RDWR)\nwhile True: {}; {}"


def switches(pid: int) -> list[str]:
    """How often each thread of a process gave up or lost its processor, by /proc/PID/status."""
    return [
        line
        for task in sorted(Path(f"/proc/{pid}/task").iterdir())
        for line in (task / "status").read_text().splitlines()
        if "ctxt_switches" in line
    ]


def test_two_that_talk_are_never_both_seen_waiting_for_nothing(watched: Watched) -> None:
    one = watched.python(PING.format("os.write(fa, b'x')", "os.read(fb, 1)"))
    two = watched.python(PING.format("os.read(fa, 1)", "os.write(fb, b'x')"), "two")
    watched.until(lambda: watched.told(State, pid=two, state="blocked"), "they talk")
    for _ in range(300):
        watched.look()
        states = [watched.state(pid) for pid in (one, two)]
        waiting = [s for s in states if s is not None and s.agreed and s.call == "read"]
        filled = [event.queued for event in (watched.fill("a"), watched.fill("b"))]
        assert len(waiting) < 2 or any(filled), states


def test_a_look_wakes_nobody(watched: Watched) -> None:
    pids = [
        watched.python("os.read(os.open(a, os.O_RDWR), 1)"),
        watched.python("os.open(b, os.O_RDONLY)", "two"),
        watched.python("import select\nselect.select([os.open(a, os.O_RDWR)], [], [])", "three"),
        watched.python("import time\ntime.sleep(600)", "four"),
        watched.python(
            "import threading\nthreading.Thread(target=os.open, args=(b, 0)).start()", "five"
        ),
    ]
    for pid, call in zip(pids, ["read", "open", "poll", "sleep", "futex"], strict=True):
        watched.settled(pid, call=call)
    opening = {"pid": pids[-1], "state": "blocked", "call": "open"}
    watched.until(lambda: watched.told(State, **opening), "the last one's thread waits, too")
    watched.until(watched.observer.quiet, "every thread is at rest")
    before = [switches(pid) for pid in pids]
    told = len(watched.log.events)
    for _ in range(100):
        assert not watched.look()
        assert watched.observer.quiet()
    assert [switches(pid) for pid in pids] == before
    assert len(watched.log.events) == told


def test_it_is_quiet_until_a_byte_comes(watched: Watched) -> None:
    watched.settled(
        watched.python("import time\nos.open(a, os.O_RDWR)\ntime.sleep(600)"), state="sleeping"
    )
    assert watched.observer.quiet()
    watched.a.write_bytes(b"x")
    assert not watched.observer.quiet()
    assert watched.look()
    assert watched.told(Fill)[-1].queued == 1
    assert watched.observer.quiet()


def test_it_is_not_quiet_when_a_child_came(watched: Watched) -> None:
    assert not watched.observer.quiet()
    watched.look()
    assert watched.observer.quiet()
    pid = watched.python("import time\ntime.sleep(600)")
    assert not watched.observer.quiet()
    watched.settled(pid, state="sleeping")
    assert watched.observer.quiet()


def test_it_is_not_quiet_while_somebody_runs(watched: Watched) -> None:
    pid = watched.python("while True: pass")
    watched.settled(pid, state="running")
    wait_until(lambda: not watched.observer.quiet(), "time was used")


def test_processes_that_come_and_go_at_once_raise_nothing(watched: Watched) -> None:
    watched.start(["sh", "-c", "while :; do /bin/true; (exit 3) & done"])
    for _ in range(200):
        watched.look()
        for orphan in watched.observer.orphans:
            os.waitpid(orphan, os.WNOHANG)
    assert watched.told(State)


UNPRIVILEGED = """
    import ctypes, os, select, sys
    from ipcviz.events import State
    from ipcviz.log import Log
    from ipcviz.observers.kernel.observer import KernelObserver
    from waiting import wait_until

    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)  # PR_SET_DUMPABLE
        os.close(writer)
        while sys.argv[1] == "running" and not select.select([reader], [], [], 0)[0]:
            pass
        os.read(reader, 1)  # until its parent ends
        os._exit(0)
    if os.getuid() == 0:
        os.setuid(65534)
    log = Log()
    observer = KernelObserver(log, {}, [], {})

    def told():
        observer.look({child: "one"})
        return [
            event for event in log.events
            if isinstance(event, State) and event.state == sys.argv[1] and event.call is None
        ]

    state = wait_until(told, "a state")[-1]
    print(state.on, state.releasers, sep="|")
"""
"""Watches a child that nobody may look into, since it is not dumpable (prctl(2)) or root's."""


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("blocked", "not readable: no permission to see its calls|None"),
        ("running", "None|UNSET"),
    ],
)
def test_what_may_not_be_read_is_said(state: str, said: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(UNPRIVILEGED), state],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.strip() == said
