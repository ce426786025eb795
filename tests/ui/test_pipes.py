from __future__ import annotations

from ipcviz import events
from ipcviz.ui.widgets.pipe_view import PipeView
from ipcviz.ui.widgets.pipes import worth_showing
from model.telling import PIPES, Run


def tube(run: Run, name: str, width: int = 32, writer_left: bool = True) -> list[str]:
    view = PipeView(run.model.channels[name], run.model, writer_left)
    drawn = view.tube(width)
    assert {one.cell_length for one in drawn} == {width}
    return [one.plain.rstrip() for one in drawn]


def flat(run: Run, name: str, width: int = 80, writer_left: bool = True) -> str:
    return PipeView(run.model.channels[name], run.model, writer_left).flat(width).plain.rstrip()


def talking() -> Run:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    for name in PIPES:
        run.tell(events.ChannelCreate(t=0, channel=name, kind="fifo", inode=7))
    return run


def test_a_pipe_that_nobody_holds() -> None:
    run = talking()
    run.fill(0, "requests", 0)
    assert tube(run, "requests") == [
        "   requests             empty",
        "   ╭────────────────────────╮",
        " ·─┤                        ├▸·",
        "   ╰────────────────────────╯",
        "   nobody holds an end",
    ]


def test_bytes_stand_at_the_readers_end() -> None:
    run = talking()
    run.fill(0, "requests", 104, both=(10,))
    assert tube(run, "requests")[0] == "   requests             104 B"
    assert tube(run, "requests")[2] == " ●─┤                       █├▸●"
    assert tube(run, "requests")[4] == "   read-write main"
    run.fill(1, "replies", 104, read=(10,), write=(11,))
    assert tube(run, "replies", writer_left=False)[2] == " ●◂┤█                       ├─●"
    assert tube(run, "replies", writer_left=False)[4] == "   reader main  writer worker"


def test_the_gauge_is_proportional_and_never_empty_while_a_byte_is_there() -> None:
    run = talking()
    for queued, cells in ((0, 0), (1, 1), (32_768, 12), (65_536, 24)):
        run.fill(0, "requests", queued, both=(10,))
        assert tube(run, "requests")[2].count("█") == cells


def test_a_wide_tube_tells_the_capacity_and_keeps_the_holders_apart() -> None:
    run = talking()
    run.fill(0, "requests", 104, read=(11,), write=(10,))
    drawn = tube(run, "requests", width=56)
    assert drawn[0].endswith("104 B of 64.0 KiB")
    assert drawn[4] == "   writer main                          reader worker"


def test_ends_tell_who_sleeps_and_who_waits_in_open() -> None:
    run = talking()
    run.fill(0, "requests", 0, both=(10, 11))
    run.reads(0, 11, "requests")
    assert tube(run, "requests")[2] == " ●─┤                        ├▸■"
    run.waits(1, 10, "write", "requests", "space")
    assert tube(run, "requests")[2] == " ■─┤                        ├▸■"
    run.fill(1, "replies", 0)
    run.waits(2, 11, "open", "replies", "reader")
    assert tube(run, "replies", writer_left=False)[2] == " ·◂┤                        ├─◌"
    assert tube(run, "replies", writer_left=False)[4] == "   opening worker"


def test_a_removed_pipe_is_told_as_such() -> None:
    run = talking()
    run.fill(0, "requests", 0)
    run.tell(events.ChannelRemove(t=1, channel="requests"))
    assert tube(run, "requests")[0].endswith("removed")


def test_a_pipe_without_a_name_is_shown_while_somebody_holds_it() -> None:
    run = talking()
    run.tell(events.ChannelCreate(t=1, channel="pipe:[7]", kind="pipe", inode=7))
    run.fill(1, "pipe:[7]", 0, read=(10,))
    assert [one.name for one in worth_showing(run.model)] == [*PIPES, "pipe:[7]"]
    run.fill(2, "pipe:[7]", 0)
    run.tell(events.ChannelRemove(t=2, channel="requests"))
    assert [one.name for one in worth_showing(run.model)] == [*PIPES]


def test_in_one_line_without_holders() -> None:
    run = talking()
    run.fill(0, "requests", 104, both=(10,))
    assert flat(run, "requests") == (
        " requests        ●───────────────────────────────────────█▸●              104 B"
    )


def test_a_long_name_gives_way_to_what_the_pipe_holds() -> None:
    run = talking()
    run.fill(0, "requests", 104, both=(10,))
    run.model.channels["requests"].name = "a_name_that_is_longer_than_its_tube"
    assert tube(run, "requests")[0] == "   a_name_that_is_long… 104 B"


def traced() -> Run:
    """main and worker, whose calls are told; both hold both pipes."""
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.trace(0, 10, 11)
    for name in PIPES:
        run.tell(events.ChannelCreate(t=0, channel=name, kind="fifo", inode=7))
        run.fill(0, name, 0, both=(10, 11))
    return run


def test_each_message_is_a_mark_at_the_readers_end() -> None:
    run = traced()
    run.writes(1, 10, "requests", "one\n")
    assert tube(run, "requests")[0] == "   requests   1 message · 4 B"
    assert tube(run, "requests")[2] == " ●─┤                       ▮├▸●"
    run.writes(2, 10, "requests", "two\nthree\n")
    assert tube(run, "requests")[0] == "   requests 3 messages · 14 B"
    assert tube(run, "requests")[2] == " ●─┤                     ▮▮▮├▸●"
    run.writes(3, 11, "replies", "four\n")
    assert tube(run, "replies", writer_left=False)[2] == " ●◂┤▮                       ├─●"
    assert flat(run, "requests").endswith("▮▮▮▸●  3 messages · 14 B")


def test_more_messages_than_cells_are_a_bar() -> None:
    run = traced()
    run.writes(1, 10, "requests", "1\n" * 24)
    assert tube(run, "requests")[2].count("▮") == 24
    run.writes(2, 10, "requests", "1\n")
    assert tube(run, "requests")[2] == " ●─┤                       █├▸●"
    assert tube(run, "requests")[0] == "   requests              50 B"


def test_where_there_is_no_room_for_the_messages_bytes_are_told() -> None:
    run = traced()
    run.writes(1, 10, "requests", "1234567\n" * 1300)
    assert tube(run, "requests")[0] == "   requests          10.2 KiB"


def test_a_wide_tube_tells_what_was_written_and_read() -> None:
    run = traced()
    assert "written" not in tube(run, "requests", width=56)[3]
    run.writes(1, 10, "requests", "one\ntwo\n")
    run.takes(2, 11, "requests", "one\n")
    assert tube(run, "requests", width=56)[3].startswith("   ╰─ 8 B written · 4 B read ──")
    assert tube(run, "requests", width=56)[0].endswith("1 message · 4 B of 64.0 KiB")


def test_lost_bytes_are_told_everywhere() -> None:
    run = traced()
    run.writes(1, 10, "requests", "one\ntwo\n")
    run.takes(2, 11, "requests", "one\n")
    run.fill(3, "requests", 0)
    assert tube(run, "requests")[0].endswith("empty")
    assert tube(run, "requests")[3] == "   ╰─ 4 B lost ─────────────╯"
    assert "─ 8 B written · 4 B read · 4 B lost ──" in tube(run, "requests", width=56)[3]
    assert flat(run, "requests").endswith("4 B lost")


def test_a_pipe_that_an_alarm_is_about_is_marked() -> None:
    run = traced()
    run.finds(1, "self-held-end", "info", 10, channel="requests")
    assert tube(run, "requests")[0].startswith("   requests ")
    run.finds(1, "pipe-full", "warning", 10, channel="requests")
    assert tube(run, "requests")[0].startswith(" ! requests ")
    assert flat(run, "requests").startswith("!requests ")
    assert tube(run, "replies", writer_left=False)[0].startswith("   replies ")
    run.finds(2, "fifo-removed", "error", 11, channel="requests")
    assert tube(run, "requests")[0].startswith(" ✗ requests ")
