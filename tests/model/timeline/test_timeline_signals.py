"""How the timeline tells of signals and their handlers."""

from __future__ import annotations

import pytest

from ipcviz import events
from model.telling import SECOND, Run


@pytest.fixture
def run() -> Run:
    """A main and a worker, both traced."""
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.trace(0, 10, 11)
    return run


def test_a_signal_has_its_latency_once_its_handler_begins(run: Run) -> None:
    run.signal(1, "SIGUSR1", 11, by=10)
    run.handles(1.00002, 11, "SIGUSR1")
    row = run.timeline.rows[-1]
    assert (row.kind, row.role, row.by) == ("signal", "worker", "main")
    assert (row.text, row.detail) == ("SIGUSR1", "20 us")


def test_sends_that_merge_are_one_row(run: Run) -> None:
    for n in range(3):
        run.signal(1 + n / 1e6, "SIGUSR1", 11, by=10)
    run.handles(1.00002, 11, "SIGUSR1")
    assert run.rows("worker")[1:] == ["SIGUSR1 x3, delivered once (2 merged)"]


def test_one_that_stays_pending_is_told_again_when_it_is_delivered(run: Run) -> None:
    run.signal(1, "SIGUSR1", 11)
    run.tell(events.Signals(t=SECOND + 1, pid=11, pending=("SIGUSR1",)))
    sent = run.timeline.rows[-1]
    assert sent.text == "SIGUSR1 by you"
    assert sent.signal is not None
    assert sent.signal.pending
    run.handles(5.5, 11, "SIGUSR1")
    assert run.rows("worker")[-1] == "SIGUSR1 delivered, 4.50 s after it was sent"
    assert run.timeline.rows[-2] is sent


def test_one_that_is_lost_with_its_process_says_so(run: Run) -> None:
    run.signal(1, "SIGUSR1", 11, by=10)
    run.tell(events.Signals(t=SECOND + 1, pid=11, pending=("SIGUSR1",)))
    run.exit(3, 11, signal="SIGKILL")
    (row,) = [row for row in run.timeline.rows if "never" in row.text]
    assert (row.text, row.detail) == ("SIGUSR1 never delivered: its process has ended", "")


@pytest.mark.parametrize("pending", [False, True])
def test_one_that_ends_its_process_is_told_by_that_end(run: Run, pending: bool) -> None:
    run.signal(1, "SIGKILL", 11)
    if pending:
        run.tell(events.Signals(t=SECOND + 1, pid=11, pending=("SIGKILL",)))
    run.exit(1.5, 11, signal="SIGKILL")
    assert run.rows("worker")[1:] == ["SIGKILL by you", "SIGKILL"]
    assert run.timeline.rows[-2].detail == ""


@pytest.mark.parametrize(("sent", "goes_on"), [(2, False), (2.02, True)])
@pytest.mark.parametrize("seen_dead", [False, True])
def test_a_process_that_dies_does_not_go_on(
    run: Run, sent: float, goes_on: bool, seen_dead: bool
) -> None:
    run.reads(1, 11, "requests")
    if not goes_on:
        run.signal(sent, "SIGKILL", 11)
    run.state(2.01, 11, "running")
    if goes_on:
        run.signal(sent, "SIGKILL", 11)
    if seen_dead:
        run.state(2.03, 11, "zombie")
    run.exit(2.04, 11, signal="SIGKILL")
    assert any(text.startswith("goes on") for text in run.rows("worker")) == goes_on


def test_one_that_cannot_be_sent_says_why(run: Run) -> None:
    run.tell(events.SignalSend(t=SECOND, pid=10, signal="SIGUSR1", to=11, error="EPERM"))
    row = run.timeline.rows[-1]
    assert (row.text, row.detail) == ("SIGUSR1 could not be sent", "EPERM")


def test_a_handler_after_which_the_wait_goes_on_is_told_but_not_each_time(run: Run) -> None:
    run.waits_for(1, 11, 10)
    for n in range(5):
        run.signal(2 + n / 10, "SIGUSR1", 11, by=10)
        run.handles(2 + n / 10 + 0.001, 11, "SIGUSR1")
    told = [row.text for row in run.timeline.rows if row.kind == "handler"]
    assert told == ["the handler of SIGUSR1 ran, wait(main 10) goes on"]


def test_a_handler_that_takes_long_or_blocks_is_told(run: Run) -> None:
    run.handles(1, 11, "SIGUSR1", took=None)
    run.state(1.01, 11, "blocked", call="futex")
    assert run.rows("worker")[-1] == "blocks in futex() inside its handler of SIGUSR1"
    end = events.SignalHandlerEnd(
        t=3 * SECOND, pid=11, tid=11, signal="SIGUSR1", began=SECOND, error=True
    )
    run.tell(end)
    assert run.rows("worker")[-1] == ("the handler of SIGUSR1 raises an exception, after 2.00 s")


def test_a_handler_that_blocks_has_interrupted_the_wait(run: Run) -> None:
    run.waits_for(1, 11, 10)
    run.handles(3, 11, "SIGUSR1", took=None)
    run.state(3.01, 11, "blocked", call="futex", on="a lock")
    assert run.rows("worker")[-2:] == [
        "a handler of SIGUSR1 interrupts wait(main 10), after 2.01 s",
        "blocks in futex(a lock) inside its handler of SIGUSR1",
    ]


def test_a_quick_handler_is_no_row(run: Run) -> None:
    run.signal(1, "SIGUSR1", 11, by=10)
    run.handles(1.001, 11, "SIGUSR1", took=0.001)
    assert run.timeline.rows[-1].kind == "signal"
