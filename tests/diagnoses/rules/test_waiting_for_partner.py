"""waiting-for-reader and waiting-for-writer: a FIFO that only one end of is opened."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from diagnoses.judging import Judged
from ipcviz.diagnoses.rule import WAITED_LONG

RULES = "waiting-for-reader", "waiting-for-writer"
WAITS = [
    ("waiting-for-reader", "os.open(a, os.O_WRONLY)", "a", "reading"),
    ("waiting-for-writer", "os.open(b, os.O_RDONLY)", "b", "writing"),
]
BUSY = {
    "sleeps for a while": ("import time\ntime.sleep(600)", 1),
    "waits for a while": ("import select\nselect.select([os.pipe()[0]], [], [], 600)", 1),
    "has a thread that sleeps": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n"
        "os.open(a, os.O_WRONLY)",
        2,
    ),
    "waits for a network": (
        "import socket\nserver = socket.create_server(('127.0.0.1', 0))\nserver.accept()",
        1,
    ),
    "has a child that sleeps": ("import subprocess\nsubprocess.run(['sleep', '600'])", 2),
}
"""What another does that may still come, and in how many threads it then sleeps."""


@pytest.mark.parametrize(("rule", "code", "channel", "purpose"), WAITS)
def test_the_other_role_is_not_started(
    judged: Judged, rule: str, code: str, channel: str, purpose: str
) -> None:
    pid = judged.python(code)
    finding = judged.found(rule, severity="info", certain=True, pids=(pid,), channel=channel)
    assert finding.what == f"one waits in open({channel}) until somebody opens it for {purpose}."
    assert finding.why.endswith("two is not started.")
    assert finding.do == "Start two."
    assert judged.alarms() == []


@pytest.mark.parametrize(("rule", "code", "channel", "purpose"), WAITS)
def test_the_other_role_has_ended(
    judged: Judged, rule: str, code: str, channel: str, purpose: str
) -> None:
    judged.start(["sleep", "1000"], "two")
    pid = judged.python(code)
    judged.kill("two")
    finding = judged.found(rule, severity="warning", certain=True, pids=(pid,), channel=channel)
    assert finding.what.endswith("and nobody is left who could.")
    assert finding.why.endswith("two has ended.")


def test_all_roles_wait(judged: Judged) -> None:
    judged.python("os.open(a, os.O_WRONLY)")
    judged.python("os.open(b, os.O_WRONLY)", "two")
    judged.found("waiting-for-reader", severity="warning", channel="a")
    finding = judged.found("waiting-for-reader", severity="warning", channel="b")
    assert finding.why.endswith(
        "one, who is to do that, waits in open() until somebody reads from a."
    )


def test_a_warning_takes_that_the_others_have_waited_for_as_long(judged: Judged) -> None:
    first = judged.blocked(judged.python("os.open(a, os.O_WRONLY)"), "open")
    second = judged.blocked(judged.python("os.open(b, os.O_WRONLY)", "two"), "open")
    assert first.began < second.began
    late = second.began + WAITED_LONG
    assert severities(judged, late - 1) == {"a": "info"}
    assert severities(judged, late) == {"a": "warning", "b": "warning"}


def severities(judged: Judged, moment: int) -> dict[str | None, str]:
    return {one.channel: one.severity for one in judged.findings_at(moment, *RULES)}


@pytest.mark.parametrize(("code", "threads"), BUSY.values(), ids=BUSY)
def test_somebody_may_still_come(judged: Judged, code: str, threads: int) -> None:
    judged.python(code, "two")
    judged.until(lambda: asleep(judged) == threads, "the other sleeps")
    pid = judged.python("os.open(b, os.O_RDONLY)")
    judged.found("waiting-for-writer", severity="info", pids=(pid,))
    assert judged.alarms() == []


def asleep(judged: Judged) -> int:
    """How many threads sleep, if all do."""
    states = [one for process in judged.model.living() for one in process.threads.values()]
    return len(states) if all(one.agreed and one.state != "running" for one in states) else 0


def test_the_other_is_ready_for_the_person(judged: Judged) -> None:
    other = judged.python("sys.stdin.readline()", "two", stdin=subprocess.PIPE)
    judged.settled(other, state="ready")
    judged.python("os.open(b, os.O_RDONLY)")
    judged.found("waiting-for-writer", severity="info")
    assert judged.alarms() == []


def test_the_other_is_stopped(judged: Judged) -> None:
    other = judged.python("os.open(a, os.O_WRONLY)", "two")
    judged.blocked(other, "open")
    os.kill(other, signal.SIGSTOP)
    judged.settled(other, state="stopped")
    judged.python("os.open(b, os.O_RDONLY)")
    judged.found("waiting-for-writer", severity="info")


@pytest.mark.parametrize("rule", RULES)
def test_an_onlooker_calls_it_likely(onlooker: Judged, rule: str) -> None:
    flag = "O_WRONLY" if rule == "waiting-for-reader" else "O_RDONLY"
    pid = onlooker.python(f"os.mkfifo('c')\nos.open('c', os.{flag})")
    path = str(onlooker.directory / "c")
    finding = onlooker.found(rule, severity="warning", certain=False, pids=(pid,), channel=path)
    assert finding.what.startswith(f"one waits in open({path}) until somebody opens it for ")
    assert finding.do.startswith(f"Open {path} for ")


def test_a_thread_beside_the_main_one(onlooker: Judged) -> None:
    pid = onlooker.python(
        "import threading\nos.mkfifo('c')\n"
        "thread = threading.Thread(target=os.open, args=('c', os.O_RDONLY))\n"
        "thread.start()\nthread.join()"
    )
    onlooker.found("waiting-for-writer", pids=(pid,), channel=str(onlooker.directory / "c"))


def test_an_open_that_does_not_wait(judged: Judged) -> None:
    pid = judged.python(
        "import time\nos.open(a, os.O_RDWR)\nos.open(b, os.O_RDONLY | os.O_NONBLOCK)\n"
        "time.sleep(600)"
    )
    judged.settled(pid, state="sleeping")
    assert judged.findings(*RULES) == []


def test_two_who_have_met(judged: Judged) -> None:
    one = judged.python("os.open(a, os.O_WRONLY)\nsys.stdin.read()", stdin=subprocess.PIPE)
    two = judged.python("os.open(a, os.O_RDONLY)\nsys.stdin.read()", "two", stdin=subprocess.PIPE)
    judged.settled(one, state="ready")
    judged.settled(two, state="ready")
    assert judged.findings(*RULES) == []
