"""What the lanes over time look like."""

from __future__ import annotations

import time

from rich.segment import Segment as Painted
from textual.color import Color

from ipcviz import events
from ipcviz.model.channel.message import Message
from ipcviz.model.timeline.levels import Levels
from ipcviz.model.timeline.lifelines import Segment
from ipcviz.model.timeline.rows import Row
from ipcviz.ui.ascii import AsciiFilter
from ipcviz.ui.scale import Scale
from ipcviz.ui.stretches import STRETCHES
from ipcviz.ui.widgets.lane_order import LaneOrder
from ipcviz.ui.widgets.lanes_drawing import LanesDrawing
from model.telling import SECOND, Run

X = 10
"""Where the time begins."""


def drawn(
    run: Run,
    seconds: float = 10,
    height: int = 6,
    start: float = 0,
    width: int = 50,
    cursor: float | None = None,
) -> list[str]:
    levels = Levels()
    run.log.listen(levels.apply)
    scale = Scale(int(start * SECOND), int(seconds * SECOND), width)
    order = LaneOrder(run.timeline, levels, scale, until_now=True)
    names = list(run.timeline.lifelines)
    lanes = list(order.lanes([*names[2:], *names[:2]], list(run.model.channels.values())))
    at = None if cursor is None else int(cursor * SECOND)
    lines = LanesDrawing(lanes, scale, X, at, until_now=True).lines(height)
    assert all(one.cell_length <= X + width + 1 for one in lines)
    return [one.plain.rstrip() for one in lines]


def story() -> Run:
    run = Run()
    run.start(1, "main", 10)
    run.fill(2, "requests", 104, both=(10,))
    run.reads(3, 10, "replies")
    run.start(8, "worker", 11)
    run.fill(8.5, "requests", 0, both=(10, 11))
    run.exit(9, 10, code=0)
    return run


def test_a_lane_for_each_role_and_the_pipes_between_them() -> None:
    assert drawn(story(), height=5) == [
        "     time ┊0 s      ┊2 s      ┊4 s      ┊6 s      ┊8 s    now",
        "     main ┊    ●━━━━━━━━━▅▅ read(replies) ▅▅▅▅▅▅▅▅▅▅▅▅▅✓",
        " requests ┊         ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆",
        "  replies ┊         ┊         ┊         ┊         ┊",
        "   worker ┊         ┊         ┊         ┊         ●━━━━━━━━━●",
    ]


def test_where_there_is_room_words_and_a_legend_stand_with_the_lanes() -> None:
    lines = drawn(story(), height=12)
    assert len(lines) == 12
    assert any("  python main.py" in one for one in lines)
    assert any(one.strip().startswith("▆ 104 B") for one in lines)
    assert lines[-1].startswith("━━ running  ▅▅ blocked  ── ready")


def test_without_room_a_third_role_stands_above_and_pipes_are_left_out() -> None:
    run = Run(started_by={"main": "provider", "worker": "provider"})
    run.start(0, "provider", 9)
    names = [one.split()[0] for one in drawn(run, height=6)]
    assert names == ["time", "provider", "main", "requests", "replies", "worker"]
    assert len(drawn(run, height=3)) == 3


def test_a_wait_without_room_for_all_of_its_call_has_the_name_alone() -> None:
    lines = drawn(story(), seconds=20, height=5)
    assert "▅ read ▅" in lines[1]
    assert "read" not in "".join(drawn(story(), seconds=60, height=5))


def test_signals_and_ends_are_marks() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.state(2, 11, "stopped")
    run.timeline.rows.append(Row(99, 4 * SECOND, "worker", "signal", "SIGTERM", by="main", mark=""))
    run.exit(5, 11, signal="SIGTERM")
    run.exit(6, 10, code=1)
    lines = drawn(run, height=5)
    assert lines[1][X : X + 31] == "●" + "━" * 29 + "✗"
    assert lines[4][X:] == "●━━━━━━━━━══════════↯════†    ┊         ┊"


def test_a_restarted_role_has_two_lives() -> None:
    run = Run()
    run.start(1, "main", 10)
    run.exit(3, 10, code=0)
    run.start(5, "main", 12)
    line = drawn(run, height=5)[1]
    assert line.count("●") == 3  # two starts, and now
    assert line.count("✓") == 1


def message(
    channel: str,
    number: int,
    began: int,
    written: int,
    read: int | None = None,
    error: str | None = None,
) -> Message:
    return Message(
        channel=channel,
        number=number,
        size=104,
        text="{}",
        whole=True,
        writer=10,
        began=began,
        written=written,
        read=read,
        error=error,
    )


def test_messages_point_to_their_readers_lane() -> None:
    run = story()
    began = int(4.5 * SECOND)
    quick = message("requests", 1, began, began, read=began + 9)
    answer = message("replies", 1, began, began, read=began)
    stays = message("replies", 2, began, 6 * SECOND)
    late = message("replies", 2, began, 6 * SECOND, read=7 * SECOND)
    failed = message("replies", 3, began, began, error="EPIPE")
    run.timeline.rows[:] = [
        Row(1, began, "main", "message", "#1 {}", to="worker", message=quick),
        Row(2, began, "worker", "message", "#1 {}", to="main", message=answer),
        Row(3, 6 * SECOND, "worker", "message", "#2 {}", to="main", message=stays),
        Row(4, 7 * SECOND, "main", "read", "#2", by="worker", message=late),
        Row(5, 8 * SECOND, "worker", "message", "#3 {}", to="main", message=failed),
    ]
    alone = drawn(run, height=5)
    assert alone[2][X + 22] == "▾"
    assert [alone[3][X + at] for at in (22, 30, 35, 40)] == ["▴", "▮", "▴", "✗"]
    worded = drawn(run, height=8)
    assert "▴ #1 {}" in worded[4]
    assert worded[3][X + 22] == "▆"


def test_a_full_pipe_is_a_full_block() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.fill(2, "requests", 32768, both=(10,))
    run.fill(4, "requests", 65536, both=(10,))
    line = drawn(run, height=5)[2]
    assert line[X + 12] == "▃"
    assert line[X + 22] == "█"


def test_the_cursor_goes_through_everything() -> None:
    lines = drawn(story(), height=12, cursor=4)
    assert "│4.000 s" in lines[0]
    assert sum(one[X + 20] == "│" for one in lines if len(one) > X + 20) >= 5
    assert "│" not in "".join(drawn(story(), height=12, start=5, cursor=4))


def test_names_and_texts_are_cleaned_and_never_too_wide() -> None:
    run = Run()
    run.tell(events.ProcessStart(t=0, pid=10, role="main", ppid=1, command=("漢字[/]\x1b[2J" * 9,)))
    for width in (5, 30, 51):
        text = "\n".join(drawn(run, height=12, width=width))
        assert "\x1b" not in text


def test_in_letters_every_state_differs_too() -> None:
    background = Color.parse("black")
    letters = {
        segment.text
        for glyph in STRETCHES.values()
        for segment in AsciiFilter().apply([Painted(glyph)], background)
    }
    assert len(letters) == len(STRETCHES)
    assert not letters & {"?", " "}


def test_many_stretches_and_rows_are_drawn_at_once() -> None:
    run = story()
    stretches = [Segment(t * 1000, ("running", "blocked")[t % 2], "read(x)") for t in range(10**5)]
    for lifeline in run.timeline.lifelines.values():
        lifeline.segments[:] = stretches
    run.timeline.rows[:] = [
        Row(n, n * 2_000, "main", ("signal", "exit")[n % 2], f"the {n}th") for n in range(50_000)
    ]
    began = time.process_time()
    drawn(run, seconds=0.1, height=20, width=140)
    assert time.process_time() - began < 0.5


def test_what_is_stuck_is_another_stretch_and_has_the_mark_of_what_was_found() -> None:
    run = Run()
    run.start(0, "main", 10)
    run.reads(1, 10, "replies")
    run.finds(5, "fifo-removed", "error", 10, what="It is removed.")
    run.finds(6, "self-held-end", "info", 10)
    lines = drawn(run, height=12)
    (at,) = (number for number, line in enumerate(lines) if line.startswith("     main"))
    assert lines[at] == "     main ●━━━━▅▅ read(replies) ▅▅▅✗▓ read(replies) ▓▓▓▓▓▓▓▓■"
    assert "fifo-removed: It is r…" in lines[at - 1]
    assert "self-held-end" not in lines[at - 1]
    assert "▓▓ stuck" in lines[-1]
