from __future__ import annotations

from ipcviz import events
from ipcviz.model.headline import headline
from ipcviz.ui.role_lines import band_of, current_line, end_lines, not_traced, open_ends
from ipcviz.ui.tones import FAILED_BAND, HELD_BAND, WAITING_BAND
from model.telling import Run


def waiting() -> Run:
    """main reads from replies."""
    run = Run()
    run.start(0, "main", 10)
    run.fill(0, "replies", 0, both=(10,))
    run.reads(1, 10, "replies")
    return run


def ends(run: Run, width: int) -> list[str]:
    role = run.model.roles["main"]
    drawn = [line for one in open_ends(role, run.model) for line in end_lines(role, *one, width)]
    assert {line.cell_length for line in drawn} == {width}
    return [line.plain for line in drawn]


def test_an_end_is_told_with_its_descriptor_and_mode() -> None:
    assert ends(waiting(), 24) == ["  3 replies   read-write"]


def test_what_a_buffer_keeps_back_is_told_while_its_program_waits() -> None:
    run = waiting()
    run.tell(events.Buffered(t=1, pid=10, channel="replies", fd=3, bytes=96))
    assert ends(run, 48) == ["  3 replies   read-write, 96 B in its own buffer"]
    assert ends(run, 32) == [
        "  3 replies           read-write",
        " " * 10 + "96 B in its own buffer",
    ]
    run.state(2, 10, "running")
    assert ends(run, 24) == ["  3 replies   read-write"]


def test_what_was_flushed_is_told_no_more() -> None:
    run = waiting()
    run.tell(events.Buffered(t=1, pid=10, channel="replies", fd=3, bytes=96))
    run.tell(events.Buffered(t=2, pid=10, channel="replies", fd=3, bytes=0))
    assert ends(run, 24) == ["  3 replies   read-write"]


def test_the_current_line_is_marked_and_cut_to_the_width() -> None:
    run = waiting()
    role = run.model.roles["main"]
    run.enters(1, 10, "read", "replies")
    drawn = current_line(14, "    answer = replies.readline()", 24, role, run.model)
    assert drawn.plain == "▸ 14      answer = repl…"
    assert "on $panel" in [str(span.style) for span in drawn.spans]


def test_where_the_wait_is_in_no_call_that_was_told_it_was_the_current_line() -> None:
    run = waiting()
    role = run.model.roles["main"]
    run.takes(1, 10, "replies", "hello")
    drawn = current_line(14, "    answer = replies.readline()", 24, role, run.model)
    assert drawn.plain == "▹ 14      answer = repl…"
    assert "on $panel" not in [str(span.style) for span in drawn.spans]
    run.state(2, 10, "running")
    assert current_line(14, "", 24, role, run.model).plain.startswith("▸ 14")


def test_a_program_that_is_not_traced_says_why() -> None:
    run = waiting()
    role = run.model.roles["main"]
    assert not_traced(role, 40) == []
    run.trace(1, 10)
    assert not_traced(role, 40) == []
    run.trace(2, 10, why="started\x1b[2J with -I")
    assert [line.plain.rstrip() for line in not_traced(role, 40)] == [
        "  not traced: started with -I"
    ]


def bands(run: Run) -> list[str]:
    line = headline(run.model)
    return [band_of(role, run.model, line) for role in run.model.roles.values()]


def test_a_band_tells_of_an_alarm_about_the_role() -> None:
    run = waiting()
    run.start(1, "worker", 11)
    assert bands(run) == ["", ""]
    run.finds(2, "self-held-end", "info", 10)
    assert bands(run) == ["", ""]
    run.finds(3, "leaked-end", "warning", 10)
    assert bands(run) == [WAITING_BAND, ""]
    run.finds(4, "deadlock", "error", 10, 11)
    assert bands(run) == [FAILED_BAND, FAILED_BAND]
    run.clears(5, "deadlock", 10, 11)
    run.state(5, 10, "stopped")
    assert bands(run) == [HELD_BAND, ""]


def test_the_current_line_of_who_is_stuck_is_red() -> None:
    run = waiting()
    run.enters(1, 10, "read", "replies")
    run.finds(2, "deadlock", "error", 10)
    drawn = current_line(14, "readline()", 24, run.model.roles["main"], run.model)
    assert "bold $error" in [str(span.style) for span in drawn.spans]
