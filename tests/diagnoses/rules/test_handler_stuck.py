"""handler-stuck: a handler that waits for what it has interrupted, and handlers that do not."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from diagnoses.judging import Judged
from headless_run import run_headless
from ipcviz.events import Finding, SignalHandler, SignalHandlerEnd

HEAD = """import signal, subprocess, threading, time
lock = threading.Lock()
def handle(number, frame):
  {work}
signal.signal(signal.SIGUSR1, handle)
"""
TAKES_IT = HEAD.format(work="lock.acquire()")
HOLDS_IT = "lock.acquire(); time.sleep(600)"
IDLE_THREAD = "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"


def interrupt(judged: Judged, code: str, blocked_in: str | None = "futex") -> int:
    """Run it until it sleeps, send SIGUSR1, and tell of the handler as a tracer does."""
    pid = judged.python(code)
    judged.settled(pid, state="sleeping")
    os.kill(pid, signal.SIGUSR1)
    judged.log.append(
        SignalHandler(
            t=judged.log.now(),
            source="tracer",
            pid=pid,
            tid=pid,
            signal="SIGUSR1",
            file="/there/program.py",
            line=3,
        )
    )
    if blocked_in is not None:
        judged.blocked(pid, blocked_in)
    return pid


def stuck(judged: Judged) -> Finding:
    return judged.found("handler-stuck")


def test_a_handler_that_wants_the_lock_of_what_it_interrupted(judged: Judged) -> None:
    pid = interrupt(judged, TAKES_IT + HOLDS_IT)
    finding = stuck(judged)
    assert (finding.severity, finding.certain, finding.pids) == ("error", True, (pid,))
    assert finding.what == (
        "one waits for a lock inside its handler of SIGUSR1 (program.py, line 3)."
    )


def test_beside_threads_that_wait_for_locks_of_the_same_process(judged: Judged) -> None:
    interrupt(judged, TAKES_IT + IDLE_THREAD + HOLDS_IT)
    stuck(judged)


def test_whoever_waits_for_it_is_named_and_the_run_that_stands_still_is_not(
    judged: Judged,
) -> None:
    interrupt(judged, TAKES_IT + "fd = os.open(a, os.O_RDWR)\n" + HOLDS_IT)
    two = judged.python("os.read(os.open(a, os.O_RDONLY), 1)", "two")
    judged.blocked(two, "read")
    assert stuck(judged).what.endswith(" two waits for one in vain.")
    assert judged.findings("deadlock") == []


def test_not_before_it_has_lasted(judged: Judged) -> None:
    interrupt(judged, TAKES_IT + HOLDS_IT)
    stuck(judged)
    assert judged.findings("handler-stuck", after=0) == []


def test_not_after_the_handler_has_ended(judged: Judged) -> None:
    pid = interrupt(judged, TAKES_IT + HOLDS_IT)
    stuck(judged)
    began = judged.told(SignalHandler)[0].t
    judged.log.append(SignalHandlerEnd(t=judged.log.now(), pid=pid, signal="SIGUSR1", began=began))
    assert judged.findings("handler-stuck") == []


FREED = {
    "another thread could free it": TAKES_IT
    + "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"
    + HOLDS_IT,
    "it waits for a while only": HEAD.format(work="lock.acquire(timeout=600)") + HOLDS_IT,
    "a child's end may be handled meanwhile": TAKES_IT
    + "signal.signal(signal.SIGCHLD, lambda *_: lock.release())\n"
    + "if os.fork() == 0: time.sleep(600)\n"
    + HOLDS_IT,
}


@pytest.mark.parametrize("code", FREED.values(), ids=FREED)
def test_not_where_somebody_may_free_the_lock(judged: Judged, code: str) -> None:
    interrupt(judged, code)
    assert judged.findings("handler-stuck") == []


def test_not_where_the_handler_waits_for_another_process(judged: Judged) -> None:
    interrupt(judged, HEAD.format(work="os.read(os.open(a, os.O_RDWR), 1)") + HOLDS_IT, "read")
    assert judged.findings("handler-stuck") == []


def test_not_where_nobody_has_told_of_a_handler(judged: Judged) -> None:
    pid = judged.python(TAKES_IT + "lock.acquire(); lock.acquire()")
    judged.blocked(pid, "futex")
    assert judged.findings("handler-stuck") == []


SCENARIO = """\
format = 1
id = "mine"
title = "Mine"
[roles.one]
command = ["{python}", "mine.py"]
"""


def test_by_what_the_tracer_tells(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(SCENARIO)
    (tmp_path / "mine.py").write_text(TAKES_IT + HOLDS_IT)
    script = "start one; wait one sleeping; signal one USR1; expect handler-stuck"
    told = run_headless(str(tmp_path / "mine.toml"), "--script", script, "--fail-on", "error")
    assert told.code == 3, told.stderr
    (finding,) = told.summary["findings"]
    assert finding["rule"] == "handler-stuck"
    assert "inside its handler of SIGUSR1 (mine.py, line " in finding["what"]
