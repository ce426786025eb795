"""What rules find, in the timeline."""

from __future__ import annotations

import pytest

from ipcviz.events import ProcessStart
from ipcviz.model.timeline.lifelines import Lifeline, Segment
from ipcviz.model.timeline.row_filter import RowFilter, searched
from model.telling import SECOND, Run, at


@pytest.fixture
def run() -> Run:
    """Both wait from 1 s on, each for the other."""
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.reads(1, 10, "replies")
    run.reads(1, 11, "requests")
    return run


def told(run: Run) -> list[tuple[float, str, str]]:
    """The findings' rows: when, of which kind, their words."""
    rows = (row for row in run.timeline.rows if row.finding is not None)
    return [(row.t / SECOND, row.kind, row.text) for row in rows]


def stuck(run: Run, seconds: float) -> set[str]:
    lines = run.timeline.lifelines
    return {name for name, line in lines.items() if line.is_stuck(at(seconds))}


def test_a_finding_and_its_end_are_rows(run: Run) -> None:
    run.finds(2, "deadlock", "error", 11, 10, what="Both wait.")
    run.clears(3, "deadlock", 11, 10)
    assert told(run) == [(2, "finding", "deadlock: Both wait"), (3, "over", "deadlock is over")]
    rows = run.timeline.rows[-2:]
    assert [(row.role, row.roles) for row in rows] == [("main", ("main", "worker"))] * 2


def test_whoever_an_error_is_about_is_stuck_until_it_is_over(run: Run) -> None:
    run.finds(2, "deadlock", "error", 10, 11)
    run.clears(3, "deadlock", 10, 11)
    assert [stuck(run, second) for second in (1.9, 2, 2.9, 3)] == [
        set(),
        {"main", "worker"},
        {"main", "worker"},
        set(),
    ]


def test_of_two_errors_the_last_to_end_counts(run: Run) -> None:
    run.finds(2, "deadlock", "error", 10, 11)
    run.finds(3, "fifo-removed", "error", 11, channel="requests")
    run.clears(4, "deadlock", 10, 11)
    run.clears(5, "fifo-removed", 11, channel="requests")
    assert [stuck(run, second) for second in (3, 4, 5)] == [{"main", "worker"}, {"worker"}, set()]


def test_one_that_does_not_wait_is_not_stuck(run: Run) -> None:
    run.finds(2, "deadlock", "error", 10, 11)
    run.state(3, 11, "running")
    run.exit(4, 10, signal="SIGKILL")
    assert [stuck(run, second) for second in (2, 3, 4)] == [{"main", "worker"}, {"main"}, set()]


def test_only_errors_make_stuck(run: Run) -> None:
    run.finds(2, "pipe-full", "warning", 10)
    run.finds(2, "waiting-for-writer", "info", 11)
    assert stuck(run, 9) == set()


def test_other_words_are_no_row_and_another_severity_is_one(run: Run) -> None:
    run.finds(2, "waiting-for-writer", "info", 10, what="One.")
    run.finds(3, "waiting-for-writer", "info", 10, what="Two.")
    run.finds(4, "waiting-for-writer", "warning", 10, what="Three.")
    run.finds(5, "waiting-for-writer", "warning", 11, what="Another.")
    assert told(run) == [
        (2, "finding", "waiting-for-writer: One"),
        (4, "finding", "waiting-for-writer: Three"),
        (5, "finding", "waiting-for-writer: Another"),
    ]


def test_an_error_that_is_no_more_than_a_warning_now_lets_go(run: Run) -> None:
    run.finds(2, "deadlock", "error", 10)
    run.finds(3, "deadlock", "warning", 10)
    assert [stuck(run, second) for second in (2, 3)] == [{"main"}, set()]


def test_that_information_is_over_is_not_told(run: Run) -> None:
    run.finds(2, "self-held-end", "info", 10)
    run.clears(3, "self-held-end", 10)
    run.clears(4, "never-found", 10)
    assert [kind for _, kind, _ in told(run)] == ["finding"]


def test_a_process_without_a_role_stands_at_whoever_started_it(run: Run) -> None:
    run.tell(ProcessStart(t=SECOND, pid=12, ppid=11, command=("/usr/bin/sort",)))
    run.finds(2, "leaked-end", "warning", 12)
    run.finds(2, "leaked-end", "warning", 99)
    known, unknown = run.timeline.rows[-2:]
    assert (known.role, known.roles) == ("worker", ("worker",))
    assert (unknown.role, unknown.roles) == ("main", ())


def test_the_filter_knows_everybody_it_is_about(run: Run) -> None:
    run.finds(2, "deadlock", "error", 10, 11)
    run.clears(3, "deadlock", 10, 11)
    texts = [searched(row) for row in run.timeline.rows]
    last = [len(texts) - 2, len(texts) - 1]
    assert list(RowFilter("type:finding role:worker").matching(texts)) == last


def test_a_lifeline_forgets_old_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipcviz.model.timeline.lifelines.KEPT", 20)
    line = Lifeline()
    line.enter(Segment(0, "blocked"))
    for t in range(100):
        line.find_error(t, t % 2 == 0)
    assert [line.is_stuck(t) for t in (0, 97, 98, 99)] == [False, False, True, False]
