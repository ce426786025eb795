"""fifo-removed: a wait on a FIFO that its path no longer leads to."""

from __future__ import annotations

import os

import pytest

from diagnoses.judging import Judged
from path_changes import Change, a_file, removed, renamed, replaced

RULE = "fifo-removed"
CHANGES = [removed, renamed, replaced]
_POLLS_BEFORE_ANY_WRITER = """
import select
poll = select.poll()
poll.register(os.open(a, os.O_RDONLY | os.O_NONBLOCK), select.POLLIN)
poll.poll()
"""
_OPENS_IN_A_THREAD = """
import threading
thread = threading.Thread(target=os.open, args=(a, os.O_WRONLY))
thread.start()
thread.join()
"""
WAITS = {
    "open to read": ("os.open(a, os.O_RDONLY)", "open", True),
    "open to write, in a thread": (_OPENS_IN_A_THREAD, "open", True),
    "read alone": ("os.read(os.open(a, os.O_RDWR), 1)", "read", True),
    "poll before any writer": (_POLLS_BEFORE_ANY_WRITER, "poll", False),
}


@pytest.mark.parametrize(("code", "call", "certain"), WAITS.values(), ids=WAITS)
@pytest.mark.parametrize("change", CHANGES)
def test_a_wait_on_it(judged: Judged, change: Change, code: str, call: str, certain: bool) -> None:
    pid = judged.python(code)
    judged.until(lambda: _waits_in(judged, pid, call), f"it waits in {call}")
    assert judged.findings(RULE) == []
    change(judged.a)
    finding = judged.found(RULE, severity="error", certain=certain, pids=(pid,), channel="a")
    assert finding.what.startswith(f"one waits in {call}(a) ")
    leads = "another FIFO" if change is replaced else "nothing"
    assert finding.why.startswith(f"Its path leads to {leads} now")
    assert [one.rule for one in judged.alarms()] == [RULE]


@pytest.mark.parametrize("change", CHANGES)
def test_an_onlooker_who_comes_late(onlooker: Judged, change: Change) -> None:
    path = onlooker.directory / "c"
    os.mkfifo(path)
    pid = onlooker.python("os.open('c', os.O_RDONLY)")
    onlooker.sleeps(pid, seconds=0.2)
    change(path)
    finding = onlooker.found(RULE, severity="error", certain=True, pids=(pid,))
    assert finding.what.startswith(f"one waits in open({path}) until somebody opens it for writing")


def test_while_both_have_it_open(judged: Judged) -> None:
    reader = judged.python("fd = os.open(a, os.O_RDWR)\nwhile True: os.read(fd, 1)")
    judged.blocked(reader, "read")
    writer = judged.python(
        "import time\nfd = os.open(a, os.O_WRONLY)\n"
        "while True: os.write(fd, b'x'); time.sleep(0.01)",
        "two",
    )
    judged.until(lambda: _holds(judged, writer), "the writer has it open")
    removed(judged.a)
    judged.until(lambda: judged.fill("a").instead == "nothing", "the path is gone")
    judged.blocked(reader, "read", path_gone=True)
    assert judged.findings(RULE) == []


def test_while_somebody_keeps_it_open(judged: Judged) -> None:
    keeper = judged.python("import time\nos.open(a, os.O_RDWR)\ntime.sleep(600)", "two")
    judged.settled(keeper, state="sleeping")
    reader = judged.python("os.read(os.open(a, os.O_RDONLY), 1)")
    judged.blocked(reader, "read")
    removed(judged.a)
    judged.blocked(reader, "read", path_gone=True)
    assert judged.alarms() == []


def test_a_read_that_somebody_out_of_sight_keeps_waiting(judged: Judged) -> None:
    unseen = os.open(judged.a, os.O_RDWR)
    try:
        reader = judged.python("os.read(os.open(a, os.O_RDONLY), 1)")
        judged.blocked(reader, "read")
        removed(judged.a)
        judged.blocked(reader, "read", path_gone=True)
        assert judged.alarms() == []
    finally:
        os.close(unseen)


def test_a_wait_that_ends_by_itself(judged: Judged) -> None:
    pid = judged.python("import select\nselect.select([os.open(a, os.O_RDWR)], [], [], 600)")
    judged.blocked(pid, "poll", timed=True)
    removed(judged.a)
    judged.blocked(pid, "poll", path_gone=True)
    assert judged.alarms() == []


def test_a_fifo_that_nobody_waits_on(judged: Judged) -> None:
    pid = judged.python("import time\nos.open(a, os.O_RDWR)\ntime.sleep(600)")
    judged.settled(pid, state="sleeping")
    removed(judged.a)
    judged.until(lambda: judged.fill("a").instead == "nothing", "the path is gone")
    assert judged.alarms() == []


def test_a_file_of_another_type_is_told_by_another_rule(judged: Judged) -> None:
    pid = judged.python("os.open(a, os.O_RDONLY)")
    judged.blocked(pid, "open")
    a_file(judged.a)
    judged.found("wrong-file-type")
    assert judged.findings(RULE) == []


def _waits_in(judged: Judged, pid: int, call: str) -> bool:
    states = judged.model.processes[pid].threads.values()
    return any(one.agreed and one.call == call and one.channel == "a" for one in states)


def _holds(judged: Judged, pid: int) -> bool:
    return any(end.pid == pid for end in judged.fill("a").writers)
