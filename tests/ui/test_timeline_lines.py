from __future__ import annotations

from ipcviz.model.rows import Row
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
