"""What the lines of the timeline look like."""

from __future__ import annotations

from ipcviz import events
from ipcviz.ui.widgets.timeline_drawing import TimelineDrawing
from model.telling import SECOND, Run


def drawing(run: Run, width: int = 70, now: float = 10) -> TimelineDrawing:
    """Third roles stand at the left, as on the screen."""
    names = list(run.timeline.lifelines)
    return TimelineDrawing(
        [*names[2:], *names[:2]], run.timeline.lifelines, width, int(now * SECOND)
    )


def rows(run: Run, width: int = 70, now: float = 10) -> list[str]:
    drawn = drawing(run, width, now)
    return [drawn.row(row).plain.rstrip() for row in run.timeline.rows]


def test_names_stand_over_their_lifelines() -> None:
    run = Run()
    assert drawing(run).heading().plain.rstrip() == (
        "     time   main                                      worker latency"
    )
    assert drawing(run).now().plain.rstrip() == (
        "       10     ·╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌·       now"
    )


def test_what_a_role_does_stands_beside_its_lifeline() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.fill(0.25, "requests", 0, both=(10,))
    run.start(1, "worker", 11)
    run.reads(1.5, 11, "replies")
    run.exit(2, 10, code=1)
    assert rows(run) == [
        "    0.000     ● python main.py",
        "    0.250     ┃ opens requests read-write",
        "    1.000     ┃                         python worker.py ●",
        "    1.500     ┃                  blocks in read(replies) ■",
        "    2.000     ✗ exit 1                                   ▒",
    ]


def test_a_wait_under_a_second_is_a_thin_line() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.reads(1, 10, "replies")
    run.start(1.2, "worker", 11)
    assert rows(run, now=1.5)[2].startswith("    1.200     ┊")
    assert rows(run, now=2.5)[2].startswith("    1.200     ▒")


def test_who_started_it_is_an_arrow() -> None:
    run = Run(started_by={"main": "provider", "worker": "provider"})
    run.start(0, "provider", 9)
    run.start(0.1, "main", 10, ppid=9)
    run.start(0.2, "worker", 11, ppid=9)
    assert rows(run, width=90) == [
        "    0.000     ● python provider.py",
        "    0.100     ┠┈┈┈ python main.py ┈┈┈┈┈┈┈┈┈▹●",
        "    0.200     ┠┈┈┈ python worker.py ┈┈┈┈┈┈┈┈┃┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈▹●",
    ]


def test_who_let_it_through_is_an_arrow_to_the_left() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.waits(0.3, 10, "open", "requests", "reader")
    run.fill(1.5, "requests", 0, read=(11,))
    run.state(1.5, 10, "running")
    assert rows(run, width=100)[-1] == (
        "    1.500     ●◃┈┈┈ its open for reading lets it through, after 1.20 s ┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┨"
    )


def test_signals_from_another_are_arrows_and_from_the_person_words() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.signal(1, "SIGUSR1", 11, by=10)
    run.signal(1, "SIGSTOP", 11)
    assert rows(run)[2:] == [
        "    1.000     ┠╌╌╌ ↯ SIGUSR1 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌▹┃",
        "    1.000     ┃                         ↯ SIGSTOP by you ┃",
    ]


def test_bytes_lie_at_the_readers_end_until_they_are_read() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.fill(0.5, "requests", 104, both=(10, 11))
    run.fill(0.7, "requests", 0, both=(10, 11))
    run.fill(0.8, "replies", 55, both=(10, 11))
    run.fill(0.9, "replies", 0, both=(10, 11))
    told = [line for line in rows(run) if "opens" not in line][2:]
    assert told == [
        "    0.500     ┠─── 104 B in requests ───────────────▮    ┃     104 B",
        "    0.700     ┃                    requests is empty ▮──▸┃     empty",
        "    0.800     ┃    ▮─── 55 B in replies ─────────────────┨      55 B",
        "    0.900     ┃◂──▮ replies is empty                     ┃     empty",
    ]


def test_of_what_one_look_found_each_row_shows_what_came_before_it() -> None:
    run = Run()
    run.start(1, "main", 10)
    run.fill(1, "requests", 0, both=(10,))
    run.reads(1, 10, "replies")
    run.fill(1, "replies", 0, both=(10,))
    assert [line[14] for line in rows(run)] == ["●", "┃", "■", "▒"]


def test_a_gap_tells_how_long_nothing_happened() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.reads(0.1, 10, "replies")
    run.exit(9.3, 10, code=0)
    before, after = run.timeline.rows[-2:]
    assert drawing(run).gap(before, after).plain.rstrip() == "  +9.20 s     ▒"


def test_the_gap_until_now_grows_in_whole_seconds() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.reads(0.1, 10, "replies")
    since = run.timeline.rows[-1].t
    drawn = drawing(run, now=9.9)
    assert drawn.open_gap(since, first=True).plain.rstrip() == "     +9 s     ▒"
    assert drawn.open_gap(since, first=False).plain.rstrip() == "              ▒"
    assert drawing(run, now=1).open_gap(since, first=True).plain.rstrip() == "              ┊"


def test_nothing_is_wider_than_the_screen() -> None:
    run = Run(started_by={"main": "provider", "worker": "provider"})
    run.start(0, "provider", 9)
    run.start(0.1, "main", 10, ppid=9)
    run.tell(
        events.ProcessStart(
            t=SECOND, pid=11, ppid=9, role="worker", command=("漢字[/]\x1b[2J" * 30,)
        )
    )
    run.fill(2, "requests", 70_000, both=(10, 11))
    for width in (40, 78, 118, 300):
        drawn = drawing(run, width)
        lines = [drawn.heading(), drawn.now(), *(drawn.row(row) for row in run.timeline.rows)]
        assert {one.cell_length for one in lines} == {width}
        assert not any("\x1b" in one.plain for one in lines)
