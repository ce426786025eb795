from __future__ import annotations

import time

import pytest

from ipcviz.model.timeline.row_filter import RowFilter
from ipcviz.model.timeline.rows import Row
from ipcviz.ui.widgets.timeline_lines import TimelineLines
from model.telling import Run


def texts(lines: TimelineLines) -> list[str]:
    """Each line's words; a gap as how many seconds it lasts."""
    told = []
    for number in range(len(lines)):
        found = lines.at(number)
        if isinstance(found, Row):
            told.append(found.text)
        else:
            before, after = found
            told.append(f"+{(after.t - before.t) / 1e9:g}")
    return told


def test_a_quiet_second_has_a_line_of_its_own() -> None:
    run = Run()
    lines = TimelineLines(run.timeline)
    run.start(0, "main", 10)
    run.reads(0.9, 10, "replies")
    run.exit(2.9, 10, code=0)
    lines.catch_up()
    assert texts(lines) == [
        "python main.py",
        "blocks in read(replies)",
        "+2",
        "exit 0",
    ]


def test_new_rows_are_appended_to_what_was_read() -> None:
    run = Run()
    lines = TimelineLines(run.timeline)
    run.start(0, "main", 10)
    lines.catch_up()
    run.start(3, "worker", 11)
    lines.catch_up()
    lines.catch_up()
    assert texts(lines) == ["python main.py", "+3", "python worker.py"]


def test_a_row_that_is_taken_back_goes_with_its_gap() -> None:
    run = Run()
    lines = TimelineLines(run.timeline)
    run.start(0, "main", 10)
    run.reads(0.1, 10, "replies")
    run.state(5, 10, "running")
    lines.catch_up()
    assert texts(lines)[-2:] == ["+4.9", "goes on, after 4.90 s in read(replies)"]
    run.start(5.01, "worker", 11)
    run.reads(5.02, 10, "replies")
    lines.catch_up()
    assert texts(lines) == [
        "python main.py",
        "blocks in read(replies)",
        "+4.91",
        "python worker.py",
    ]


def note(of: Row, text: str) -> Row:
    """Another row in the place of this one."""
    return Row(seq=of.seq, t=of.t, role=of.role, kind="note", text=text)


@pytest.fixture
def story() -> Run:
    """Six rows of two roles, over five seconds."""
    run = Run()
    run.start(0, "main", 10)
    run.start(0.5, "worker", 11)
    run.reads(1, 10, "replies")
    run.state(2.5, 10, "running")
    run.exit(4, 11, code=0)
    run.exit(5, 10, code=0)
    return run


def test_gaps_stand_between_the_rows_that_match(story: Run) -> None:
    lines = TimelineLines(story.timeline)
    lines.catch_up()
    lines.filter_by(RowFilter("role:worker"))
    assert texts(lines) == ["python worker.py", "+3.5", "exit 0"]
    assert len(lines.shown) == 2
    assert lines.shown[-1] is story.timeline.rows[4]
    lines.filter_by(RowFilter())
    assert len(lines.shown) == 6
    assert len(lines) == 9


def test_a_filter_holds_for_what_comes_later(story: Run) -> None:
    lines = TimelineLines(story.timeline, RowFilter("exit 0"))
    lines.catch_up()
    story.start(6, "worker", 12)
    story.exit(6.5, 12, code=0)
    lines.catch_up()
    assert texts(lines) == ["exit 0", "+1", "exit 0", "+1.5", "exit 0"]
    assert lines.shown[-1] is story.timeline.rows[-1]


def test_without_a_match_there_is_no_line(story: Run) -> None:
    lines = TimelineLines(story.timeline, RowFilter("nowhere"))
    lines.catch_up()
    assert (len(lines), lines.shown) == (0, [])


@pytest.mark.parametrize("words", ["", "python"])
def test_rows_that_fall_off_the_front_take_their_lines(story: Run, words: str) -> None:
    rows = story.timeline.rows
    lines = TimelineLines(story.timeline, RowFilter(words))
    lines.catch_up()
    before = texts(lines)
    del rows[:1]
    assert lines.catch_up() == 1
    assert texts(lines) == before[1:]
    story.start(6, "worker", 12)
    del rows[:-1]
    assert lines.catch_up() == len(before) - 1
    assert texts(lines) == ["python worker.py"]


def test_a_row_that_is_told_anew_is_read_anew(story: Run) -> None:
    rows = story.timeline.rows
    lines = TimelineLines(story.timeline, RowFilter("python"))
    lines.catch_up()
    rows[1] = note(rows[1], "sh worker.sh")
    rows[3] = note(rows[3], "a python again")
    assert lines.catch_up() == 0
    assert texts(lines) == ["python main.py", "+2.5", "a python again"]
    lines.filter_by(RowFilter())
    assert "sh worker.sh" in texts(lines)


def test_a_filter_of_many_rows_is_quick() -> None:
    run = Run()
    run.start(0, "main", 10)
    first = run.timeline.rows[0]
    run.timeline.rows += [note(first, f"the {n}th") for n in range(50_000)]
    lines = TimelineLines(run.timeline)
    lines.catch_up()
    lines.filter_by(RowFilter("main"))
    began = time.process_time()
    lines.filter_by(RowFilter("main 999th"))
    assert time.process_time() - began < 0.1
    assert len(lines.shown) == 50
