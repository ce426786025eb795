"""The rows of the timeline as text."""

from __future__ import annotations

import click

from ipcviz import events
from ipcviz.headless.row_text import RowText
from model.telling import SECOND, Run

HOOKS = events.HooksInfo(request="requests", reply="replies")


def told(run: Run, width: int = 80) -> list[str]:
    text = RowText(("main", "worker"), width)
    return [click.unstyle(text.row(row)) for row in run.timeline.rows]


def test_a_message_tells_its_way_its_words_and_at_the_right_edge_how_long_it_took() -> None:
    run = Run(hooks=HOOKS)
    run.start(0, "main", 10)
    run.start(0, "worker", 11, ppid=10)
    run.trace(0, 10, 11)
    run.writes(1, 10, "requests", "what time is it?\n")
    run.takes(1.00003, 11, "requests", "what time is it?\n")
    run.writes(2, 11, "replies", "x" * 200 + "\n")
    run.takes(5, 10, "replies", "x" * 200 + "\n")
    run.returns(6, 10, "write", "requests", None, error="EPIPE", data="hello\n")
    assert told(run) == [
        "    0.000  main    ● python main.py",
        "    0.000  worker  ● python worker.py, by main",
        "    1.000  main    ▮ to worker  #1 what time is it?                        40 us",
        "    2.000  worker  ▮ to main  #1 xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…  201 B in pipe",
        "    5.000  main    ▮ #1, the reply, read 3.00 s after it was written      3.00 s",
        "    6.000  main    ✗ to worker  #2 hello                      not written: EPIPE",
    ]


def test_signals_waits_and_who_ended_them() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.trace(0, 10, 11)
    run.signal(1, "SIGUSR1", 11, by=10)
    run.tell(events.Signals(t=SECOND, pid=11, pending=("SIGUSR1",)))
    run.waits(2, 10, "open", "replies", "writer")
    run.returns(4, 11, "open", "replies", 5, began=3.9, flags=("O_WRONLY",))
    run.state(4.01, 10, "running")
    assert told(run)[2:] == [
        "    1.000  worker  ↯ main: SIGUSR1, pending",
        "    2.000  main    ■ blocks in open(replies) for reading",
        "    4.000  worker    opens replies for writing",
        "    4.010  main    ● worker: its open for writing lets it through, after 2.01 s",
    ]


def test_a_signal_for_one_that_has_ended_is_never_delivered() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.state(1, 11, "zombie")
    run.signal(2, "SIGTERM", 11, by=10)
    assert told(run)[-1] == "    2.000  worker  ↯ main: SIGTERM, never delivered"


def test_no_line_is_wider_than_it_may_be() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.trace(0, 10)
    run.writes(1, 10, "requests", "漢字[/]\x1b[2J" * 30 + "\n")
    for width in (80, 100, 120):
        (line,) = told(run, width)[1:]
        assert width - 2 < len(line) + sum(character in "漢字" for character in line) <= width
        assert "\x1b" not in line


def test_a_finding_is_told_in_full_and_when_it_is_over() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    what = "worker and main wait for each other, so that none of them can go on any more."
    run.finds(1, "deadlock", "error", 11, 10, what=what, certain=False)
    run.finds(1, "zombie", "warning", 11, what="It came from outside: \x1b[2J.")
    run.clears(2, "deadlock", 11, 10)
    assert "\n".join(told(run)[2:]).split("\n") == [
        "    1.000  main    ✗ deadlock (error, likely)",
        "                     what  worker and main wait for each other, so that none of",
        "                           them can go on any more.",
        "                     why   This is why.",
        "                     do    This helps.",
        "    1.000  worker  ! zombie (warning, certain)",
        "                     what  It came from outside: .",
        "                     why   This is why.",
        "                     do    This helps.",
        "    2.000  main    ✓ deadlock is over",
    ]
