"""When a wait that the tracer follows began and ended, and who ended it."""

from __future__ import annotations

import pytest

from ipcviz.model.timeline.rows import Row
from model.telling import SECOND, Run


@pytest.fixture
def run() -> Run:
    """A main and a worker, both traced, with both pipes open."""
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.trace(0, 10, 11)
    run.fill(0.1, "requests", 0, read=(11,), write=(10,))
    run.fill(0.1, "replies", 0, read=(10,), write=(11,))
    return run


def releases(run: Run) -> list[Row]:
    return [row for row in run.timeline.rows if row.kind == "go on"]


def blocked_in_read(run: Run) -> None:
    """The worker is, since 1 s; the kernel was asked a little later."""
    run.enters(1, 11, "read", "requests")
    run.reads(1.04, 11, "requests")


def test_a_wait_lasts_as_long_as_its_call(run: Run) -> None:
    blocked_in_read(run)
    run.writes(7, 10, "requests", "hello\n")
    run.takes(7.00001, 11, "requests", "hello\n", began=1)
    run.state(7.05, 11, "running")
    block = next(row for row in run.timeline.rows if row.kind == "block")
    assert block.t == SECOND
    (release,) = releases(run)
    assert (release.by, release.text) == ("main", "its write ends the wait, after 6.00 s")
    assert release.t < 7.001 * SECOND


def test_the_write_may_be_told_after_the_read_that_it_released(run: Run) -> None:
    blocked_in_read(run)
    run.takes(7.00001, 11, "requests", "hello\n", began=1)
    assert releases(run)[0].text == "goes on, after 6.00 s in read(requests)"
    run.writes(7.00003, 10, "requests", "hello\n", began=7)
    (release,) = releases(run)
    assert (release.by, release.text) == ("main", "its write ends the wait, after 6.00 s")
    assert [row.kind for row in run.timeline.rows[-2:]] == ["message", "go on"]


def test_a_close_brings_the_end_of_file(run: Run) -> None:
    blocked_in_read(run)
    run.writes(1.5, 10, "replies", "not here\n")
    run.returns(7, 10, "close", "requests")
    run.returns(7.00001, 11, "read", "requests", 0, began=1)
    (release,) = releases(run)
    assert (release.by, release.text) == ("main", "its close brings the end of file, after 6.00 s")


def test_the_end_of_the_last_writer_brings_the_end_of_file(run: Run) -> None:
    blocked_in_read(run)
    run.returns(7, 11, "read", "requests", 0, began=1)
    run.exit(7.02, 10, code=0)
    run.fill(7.02, "requests", 0, read=(11,))
    (release,) = releases(run)
    assert (release.by, release.text) == ("main", "its end brings the end of file, after 6.00 s")


def test_a_read_makes_room_for_a_writer(run: Run) -> None:
    run.enters(1, 10, "write", "requests")
    run.waits(1.04, 10, "write", "requests", "space")
    run.takes(3, 11, "requests", "x" * 4096)
    run.returns(3.00001, 10, "write", "requests", 70_000, began=1)
    (release,) = releases(run)
    assert (release.role, release.by) == ("main", "worker")
    assert release.text == "its read makes room, after 2.00 s"


def test_opens_that_release_one_another_name_each_other(run: Run) -> None:
    run.enters(1, 10, "open", "replies", flags=("O_RDONLY",))
    run.waits(1.04, 10, "open", "replies", "writer")
    run.returns(4.00002, 10, "open", "replies", 5, began=1, flags=("O_RDONLY",))
    run.returns(4.00003, 11, "open", "replies", 5, began=4, flags=("O_WRONLY",))
    (release,) = releases(run)
    assert (release.by, release.text) == (
        "worker",
        "its open for writing lets it through, after 3.00 s",
    )


def test_a_signal_ends_a_wait_for_one(run: Run) -> None:
    run.state(1, 11, "blocked", call="pause", on="a signal")
    run.signal(3, "SIGUSR1", 11, by=10)
    run.handles(3.00001, 11, "SIGUSR1")
    run.returns(3.00002, 11, "pause", None, None, began=1, error="EINTR")
    (release,) = releases(run)
    assert (release.by, release.text) == ("main", "SIGUSR1 ends the wait, after 2.00 s")


def test_a_wait_that_a_look_met_by_chance_is_not_told(run: Run) -> None:
    run.enters(1, 11, "read", "requests")
    run.reads(1.001, 11, "requests")
    run.takes(1.002, 11, "requests", "x\n", began=1)
    assert not [row for row in run.timeline.rows if row.kind in ("block", "go on")]
    last = run.timeline.lifelines["worker"].last
    assert last is not None
    assert last.state == "running"


def test_many_quick_messages_are_one_wait_and_a_row_each(run: Run) -> None:
    blocked_in_read(run)
    for n in range(20):
        at = 2 + n / 5
        run.writes(at, 10, "requests", f"{n}\n")
        run.takes(at + 0.00001, 11, "requests", f"{n}\n", began=at - 0.2)
        run.enters(at + 0.001, 11, "read", "requests")
    kinds = [row.kind for row in run.timeline.rows if row.t >= SECOND]
    assert kinds == ["block", *["message"] * 20]
    assert run.timeline.lifelines["worker"].lasted(int(5.5 * SECOND), now=9 * SECOND) == 8 * SECOND


def test_a_wait_that_is_over_at_the_next_look_is_not_told(run: Run) -> None:
    told = run.rows()
    run.waits_for(1, 10, 11)
    run.state(1.005, 10, "running")
    assert run.rows() == told
    segments = run.timeline.lifelines["main"].segments
    assert [one.state for one in segments] == ["running"]


def test_a_handler_that_is_told_after_a_look_is_what_interrupted_the_wait(run: Run) -> None:
    run.enters(1, 10, "wait", "requests")
    run.waits_for(1.01, 10, 11)
    run.state(2, 10, "running")
    assert run.rows("main")[-1] == "goes on, after 1.00 s in wait(worker 11)"
    run.handles(2.001, 10, "SIGUSR1", took=None)
    assert run.rows("main")[-1] == ("a handler of SIGUSR1 interrupts wait(worker 11), after 1.00 s")


def test_a_wait_that_a_message_came_through_is_as_long_as_its_last_call(run: Run) -> None:
    blocked_in_read(run)
    run.writes(4, 10, "requests", "one\n")
    run.takes(4.00001, 11, "requests", "one\n", began=1)
    run.enters(4.0001, 11, "read", "requests")
    lifeline = run.timeline.lifelines["worker"]
    assert lifeline.since(int(3 * SECOND)) == SECOND
    assert lifeline.since(int(6 * SECOND)) == int(4.0001 * SECOND)
    run.returns(7, 10, "close", "requests")
    run.returns(7.00001, 11, "read", "requests", 0, began=4.0001)
    assert releases(run)[-1].text == "its close brings the end of file, after 3.00 s"
