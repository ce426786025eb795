from __future__ import annotations

import pytest

from ipcviz import events
from model.telling import SECOND, Run


def test_a_wait_and_its_release_are_told_with_how_long_it_was() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.reads(1, 10, "replies")
    run.state(7.5, 10, "running")
    assert run.rows() == [
        "python main.py",
        "blocks in read(replies)",
        "goes on, after 6.50 s in read(replies)",
    ]


def test_an_open_is_released_by_whoever_opened_the_other_end() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.waits(0.1, 10, "open", "requests", "reader")
    run.start(9, "worker", 11)
    run.fill(9.4, "requests", 0, read=(11,), write=(10,))
    run.state(9.4, 10, "running")
    opened, release, then = run.timeline.rows[-3:]
    assert (opened.role, opened.text) == ("worker", "opens requests for reading")
    assert (release.role, release.by) == ("main", "worker")
    assert release.text == "its open for reading lets it through, after 9.30 s"
    assert (then.role, then.text) == ("main", "opens requests for writing")


def test_a_release_that_nothing_proves_names_nobody() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.fill(0.1, "requests", 0, both=(11,))
    run.reads(0.1, 11, "requests")
    run.start(1, "main", 10)
    run.fill(1.1, "requests", 0, both=(10, 11))
    run.state(1.1, 11, "running")
    assert run.timeline.rows[-1].by is None


def test_the_end_of_a_child_ends_the_wait_for_it() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.start(0, "main", 10, ppid=11)
    run.waits_for(0.1, 11, 10)
    run.exit(2, 10, code=0)
    run.state(2.05, 11, "running")
    release = run.timeline.rows[-1]
    assert (release.by, release.text) == ("main", "its end (exit 0) ends the wait, after 1.95 s")


def test_a_wait_left_for_a_moment_is_one_wait() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.reads(1, 11, "requests")
    run.state(3, 11, "running")
    run.reads(3.05, 11, "requests")
    assert run.rows() == ["python worker.py", "blocks in read(requests)"]
    line = run.timeline.lifelines["worker"]
    assert line.lasted(2 * SECOND, now=5 * SECOND) == 4 * SECOND


def test_a_wait_left_for_longer_is_two() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.reads(1, 11, "requests")
    run.state(3, 11, "running")
    run.reads(3.5, 11, "requests")
    assert run.rows().count("blocks in read(requests)") == 2


def test_who_starts_whom_is_an_arrow() -> None:
    run = Run(started_by={"main": "worker"})
    run.start(0, "worker", 11)
    run.start(0.1, "main", 10, ppid=11)
    assert [row.by for row in run.timeline.rows] == [None, "worker"]


def test_a_forked_child_plays_its_role_once_it_runs_its_program() -> None:
    run = Run(started_by={"main": "worker"})
    run.start(0, "worker", 11)
    command = ("/usr/bin/python", "worker.py")
    run.tell(events.ProcessStart(t=1, pid=10, ppid=11, command=command))
    run.tell(events.ProcessExec(t=2, pid=10, role="main", command=("python", "main.py")))
    assert [(row.role, row.by) for row in run.timeline.rows] == [
        ("worker", None),
        ("main", "worker"),
    ]


@pytest.mark.parametrize(("cloexec", "verb"), [(False, "inherits"), (True, "opens")])
def test_ends_that_are_opened_inherited_and_closed_are_told(cloexec: bool, verb: str) -> None:
    run = Run(started_by={"main": "worker"})
    run.start(0, "worker", 11)
    run.fill(0.1, "requests", 0, both=(11,), cloexec=cloexec)
    run.start(0.2, "main", 10, ppid=11)
    run.fill(0.3, "requests", 0, both=(10, 11), cloexec=cloexec)
    run.fill(0.4, "requests", 0, both=(11,), cloexec=cloexec)
    assert run.rows("worker")[1:] == ["opens requests read-write"]
    assert run.rows("main")[1:] == [f"{verb} requests read-write", "closes requests"]


def test_the_ends_of_an_ended_process_are_not_told_as_closed() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.fill(0.1, "requests", 0, both=(11,))
    run.exit(0.2, 11, code=0)
    run.fill(0.2, "requests", 0)
    assert run.rows("worker")[-1] == "exit 0"


def test_what_a_pipe_holds_is_told_when_it_changes() -> None:
    run = Run()
    run.start(0, "main", 10)
    for seconds, queued in enumerate((0, 104, 104, 52, 0)):
        run.fill(seconds, "requests", queued, both=(10,))
    told = [row for row in run.timeline.rows if row.kind in ("fill", "drain")]
    assert [(row.kind, row.text, row.to) for row in told] == [
        ("fill", "104 B in requests", "worker"),
        ("drain", "52 B in requests", "worker"),
        ("drain", "requests is empty", "worker"),
    ]


def test_what_is_lost_with_the_last_holder_is_not_told_as_read() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.fill(1, "requests", 104, both=(10,))
    run.fill(2, "requests", 0)
    last = run.timeline.rows[-1]
    assert (last.kind, last.text, last.to) == ("note", "nobody holds requests any more", None)


def test_a_stop_by_ipcviz_is_told_as_such_and_another_not() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.tell(events.SignalSend(t=1, source="ipcviz", signal="SIGSTOP", to=11))
    run.tell(events.ProcessStop(t=2, pid=11))
    run.tell(events.ProcessContinue(t=3, pid=11))
    told = [(row.text, row.mark) for row in run.timeline.rows]
    assert told[1:] == [("SIGSTOP by you", "stopped"), ("continued, not by ipcviz", "running")]


def test_a_stopped_process_goes_on_as_soon_as_it_is_told_to() -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.state(1, 11, "stopped")
    run.signal(2, "SIGCONT", 11)
    run.state(2.005, 11, "sleeping", call="sleep")
    run.tell(events.ProcessContinue(t=2_005_000_000, pid=11))
    assert [(row.text, row.mark) for row in run.timeline.rows[1:]] == [
        ("SIGCONT by you", "running")
    ]
    assert run.timeline.lifelines["worker"].lasted(SECOND, 0) == SECOND


def test_how_a_process_ended_has_its_mark() -> None:
    run = Run()
    for pid, how in ((11, {"code": 0}), (12, {"code": 3}), (13, {"signal": "SIGKILL"})):
        run.start(pid, "worker", pid)
        run.exit(pid + 0.01, pid, **how)
    ends = [(row.mark, row.text) for row in run.timeline.rows if row.kind == "exit"]
    assert ends == [("exited", "exit 0"), ("failed", "exit 3"), ("killed", "SIGKILL")]


@pytest.mark.parametrize(("after", "told"), [(0.005, False), (0.05, True)])
def test_that_nobody_has_waited_is_told_of_one_who_is_not_waited_for_soon(
    after: float, told: bool
) -> None:
    run = Run()
    run.start(0, "worker", 11)
    run.state(1, 11, "zombie")
    run.exit(1 + after, 11, code=0)
    zombie = ["has ended, nobody has waited for it yet"] if told else []
    assert run.rows("worker")[1:] == [*zombie, "exit 0"]
    assert any(one.state == "zombie" for one in run.timeline.lifelines["worker"].segments) == told


def test_an_action_says_its_label_and_the_line_if_that_was_edited() -> None:
    run = Run()
    for text in (None, "hello"):
        run.tell(events.Action(t=1, role="main", name="fire", label="fire a hook", text=text))
    assert run.rows("main") == ["fire a hook", "fire a hook: hello"]
