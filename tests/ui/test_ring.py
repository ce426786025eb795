"""The ring between two panes whose processes wait for each other."""

from __future__ import annotations

import pytest

from ipcviz.ui.widgets.ring import Ring, ring_between
from model.telling import Run


@pytest.fixture
def run() -> Run:
    """main waits for an answer of worker's, which waits for main to end."""
    run = Run(started_by={"main": "worker"})
    run.start(0, "worker", 11)
    run.start(0, "main", 10, ppid=11)
    run.fill(0, "replies", 0, both=(10, 11))
    run.reads(1, 10, "replies")
    run.waits_for(1, 11, 10)
    return run


def ring(run: Run) -> Ring | None:
    return ring_between(run.model, "main", "worker")


def test_two_about_whom_there_is_an_error_and_who_wait_for_each_other(run: Run) -> None:
    assert ring(run) is None
    run.finds(2, "deadlock", "error", 10, 11)
    assert ring(run) == Ring("main waits for worker", "worker waits for main")
    run.state(3, 11, "running")
    assert ring(run) is None


def test_an_error_about_one_or_a_warning_is_no_ring(run: Run) -> None:
    run.finds(2, "fifo-removed", "error", 10)
    run.finds(2, "leaked-end", "warning", 10, 11)
    assert ring(run) is None


def test_who_waits_through_a_third_names_it() -> None:
    run = Run(started_by={"main": "provider", "worker": "provider"})
    run.start(0, "provider", 9)
    run.start(0, "main", 10, ppid=9)
    run.start(0, "worker", 11, ppid=9)
    run.fill(0, "replies", 0, both=(10, 11))
    run.reads(1, 10, "replies")
    run.state(1, 11, "blocked", call="poll", releasers=(9,))
    run.waits_for(1, 9, 10)
    run.finds(2, "deadlock", "error", 9, 10, 11)
    assert ring(run) == Ring("main waits for worker", "worker waits for provider")


def test_whom_a_scenario_wants_at_the_other_end_is_waited_for() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.waits(1, 10, "open", "requests", "reader")
    run.waits(1, 11, "open", "replies", "reader")
    run.finds(2, "deadlock", "error", 10, 11, certain=False)
    assert ring(run) == Ring("main waits for worker", "worker waits for main")


def test_it_leads_from_the_left_to_the_right_and_back(run: Run) -> None:
    run.finds(2, "deadlock", "error", 10, 11)
    drawn = ring(run)
    assert drawn is not None
    assert [line.plain.rstrip() for line in drawn.box(32, 3)] == [
        "   ╭ main waits for worker ─╮",
        "   │                        ▾",
        "   ▴                        │",
        "   ╰ worker waits for main ─╯",
    ]
    assert drawn.flat(70).plain.rstrip() == (
        " ✗ main waits for worker ──────────▸ ◂───────── worker waits for main"
    )


@pytest.mark.parametrize("width", [32, 56, 80, 200])
def test_long_names_are_cut(width: int) -> None:
    drawn = Ring("a" * 300, "漢" * 300)
    lines = [*drawn.box(width, 3), drawn.flat(width)]
    assert {line.cell_length for line in lines} == {width}
