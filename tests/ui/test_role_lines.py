from __future__ import annotations

from ipcviz import events
from ipcviz.ui.role_lines import current_line, end_lines, not_traced, open_ends
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
