"""What messages and signals look like in the timeline."""

from __future__ import annotations

import pytest

from ipcviz import events
from ipcviz.ui.widgets.timeline_drawing import TimelineDrawing
from model.telling import SECOND, Run


@pytest.fixture
def run() -> Run:
    """A main and a worker, both traced, with both pipes open."""
    run = Run(hooks=events.HooksInfo(request="requests", reply="replies"))
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.trace(0, 10, 11)
    run.fill(0, "requests", 0, both=(10, 11))
    run.fill(0, "replies", 0, both=(10, 11))
    return run


def drawing(run: Run, width: int, round_trips: bool = False) -> TimelineDrawing:
    lifelines = run.timeline.lifelines
    return TimelineDrawing([*lifelines], lifelines, width, 99 * SECOND, round_trips)


def drawn(run: Run, width: int = 80, round_trips: bool = False) -> list[str]:
    """The rows after both have started."""
    drawing_of = drawing(run, width, round_trips)
    return [drawing_of.row(row).plain.rstrip() for row in run.timeline.rows[2:]]


def test_a_message_goes_from_its_writer_to_its_reader(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.takes(1.00003, 11, "requests", "hello\n")
    run.writes(2, 11, "replies", '{"a": "long", "answer": [1, 2, 3, 4, 5, 6, 7, 8, 9]}\n')
    run.takes(2.00003, 10, "replies", '{"a": "long", "answer": [1, 2, 3, 4, 5, 6, 7, 8, 9]}\n')
    assert drawn(run) == [
        "    1.000     ┠─── #1 hello ──────────────────────────────────────▸┃     40 us",
        '    2.000     ┃◂─── #1 {"a": "long", "answer": [1, 2, 3, 4, 5, 6… ─┨     40 us',
    ]


def test_the_round_trip_has_a_column_where_there_is_room(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.takes(1.00003, 11, "requests", "hello\n")
    run.writes(1.02, 11, "replies", "hi\n")
    run.takes(1.02003, 10, "replies", "hi\n")
    assert drawing(run, 90, round_trips=True).heading().plain.rstrip() == (
        "     time   main                                           worker round trip     latency"
    )
    assert drawn(run, 90, round_trips=True)[-1] == (
        "    1.020     ┃◂─── #1 hi ────────────────────────────────────┨        20 ms       40 us"
    )


def test_an_unread_message_lies_at_its_readers_end_and_is_read_from_there(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.takes(1.5, 11, "requests", "hello\n")
    run.writes(2, 11, "replies", "hi\n")
    run.takes(2.5, 10, "replies", "hi\n")
    assert drawn(run, 90) == [
        "    1.000     ┠─── #1 hello ─────────────────────────────────── ▮ in pipe    ┃       6 B",
        "    1.500     ┃  #1, the request, read 500 ms after it was written ▮────────▸┃    500 ms",
        "    2.000     ┃    ▮ in pipe ─── #1 hi ──────────────────────────────────────┨       3 B",
        "    2.500     ┃◂──────────▮ #1, the reply, read 500 ms after it was written  ┃    500 ms",
    ]


def test_what_was_lost_or_could_not_be_written_does_not_arrive(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.exit(2, 11, code=0)
    run.fill(2, "requests", 0)
    run.returns(3, 10, "write", "requests", None, error="EPIPE", data="again\n")
    lost, failed = (line for line in drawn(run, 100) if "✗" in line)
    assert lost == (
        "    2.000     ┃             #1, the request, 6 B unread when the last end closed ▮─✗"
        "           6 B"
    )
    assert failed == (
        "    3.000     ┠─── #2 again ─────────────────────────────────────────── ✗ no reader"
        "          EPIPE"
    )


def test_signals_arrive_merge_or_stay_pending(run: Run) -> None:
    for n in range(3):
        run.signal(1 + n / 1e6, "SIGUSR1", 11, by=10)
    run.handles(1.00002, 11, "SIGUSR1")
    run.signal(2, "SIGUSR2", 10, by=11)
    run.tell(events.Signals(t=2 * SECOND, pid=10, pending=("SIGUSR2",)))
    run.signal(3, "SIGTERM", 11)
    run.tell(events.Signals(t=3 * SECOND, pid=11, pending=("SIGTERM",)))
    assert drawn(run) == [
        "    1.000     ┠╌╌╌ ↯ SIGUSR1 x3, delivered once (2 merged) ╌╌╌╌╌╌╌▹┃     20 us",
        "    2.000     ┃    ◌ pending ╌╌╌ ↯ SIGUSR2 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┨",
        "    3.000     ┃                         ↯ SIGTERM by you ◌ pending ┃",
    ]


def test_what_is_doubtful_is_seen(run: Run) -> None:
    words = "the kernel counts 40 bytes more in requests"
    run.tell(events.Difference(t=SECOND, what=words, channel="requests"))
    line = drawing(run, 80).row(run.timeline.rows[-1])
    assert f"┃ ≠ {words}" in line.plain
    assert any("$warning" in str(span.style) for span in line.spans)


def test_a_finding_goes_across_all_lifelines_with_as_many_words_as_fit(run: Run) -> None:
    run.reads(1, 10, "replies")
    run.reads(1, 11, "requests")
    run.finds(2, "deadlock", "error", 10, 11, what="main and worker wait for each other.")
    run.clears(3, "deadlock", 10, 11)
    assert drawn(run)[-2:] == [
        "    2.000     ▓━━━━━━━━━━━ ✗ deadlock: main and worker ━━━━━━━━━━━━▓",
        "    3.000     ▒┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄ ✓ deadlock is over ┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄▒",
    ]
    assert "━ ✗ deadlock: main and worker wait for each other ━" in drawn(run, 100)[-2]
    assert "━ ✗ deadlock ━" in drawn(run, 52)[-2]


def test_a_warning_goes_across_and_information_stands_beside(run: Run) -> None:
    run.finds(2, "pipe-full", "warning", 10, what="It is full.")
    run.finds(3, "self-held-end", "info", 10, what="It holds a write end itself.")
    run.finds(4, "self-held-end", "info", 11, what="A sentence that is longer than the room.")
    drawing_of = drawing(run, 80)
    rows = [drawing_of.row(row) for row in run.timeline.rows[-3:]]
    assert [row.plain.rstrip() for row in rows] == [
        "    2.000     ┃━━━━━━━━━━━━━ ! pipe-full: It is full ━━━━━━━━━━━━━━┃",
        "    3.000     ┃ i self-held-end: It holds a write end itself       ┃",
        "    4.000     ┃                            i self-held-end: worker ┃",
    ]
    styles = [str(row.spans) for row in rows]
    assert ["$warning" in style for style in styles] == [True, False, False]


def test_what_is_stuck_is_seen_until_now(run: Run) -> None:
    run.reads(1, 10, "replies")
    run.finds(2, "fifo-removed", "error", 10)
    assert drawing(run, 80).open_gap(2 * SECOND, first=False).plain[14] == "▓"
    now = drawing(run, 80).now()
    assert now.plain[14] == "■"
    assert any("$error" in str(span.style) for span in now.spans)


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 200])
def test_hostile_messages_and_little_room_do_no_harm(run: Run, width: int) -> None:
    for n, text in enumerate(("漢字[/]\x1b[2J\x07" * 30 + "\n", "\n", "é" * 9000 + "\n")):
        run.writes(1 + n, 10, "requests", text)
        if n != 1:
            run.takes(1.5 + n, 11, "requests", text)
    run.writes(6, 11, "replies", "漢" * 100 + "\n")
    run.exit(7, 11, code=0)
    run.exit(8, 10, code=0)
    run.fill(8, "requests", 0)
    run.finds(9, "deadlock", "error", 10, 11, what="漢字[/]\x1b[2J\x07" * 9)
    run.finds(9, "reader-gone", "info", 11, what="漢字[/]\x1b[2J\x07" * 9)
    drawing_of = drawing(run, width, round_trips=width > 100)
    lines = [drawing_of.row(row) for row in run.timeline.rows]
    assert {line.cell_length for line in lines} == {width}
    assert not any("\x1b" in line.plain or "\x07" in line.plain for line in lines)
