from __future__ import annotations

import pytest
from msgspec import structs

from ipcviz import events
from ipcviz.events import DATA_AT_MOST
from ipcviz.model import Channel
from ipcviz.model.channel.ahead import AHEAD_AT_MOST
from ipcviz.model.channel.message import Message, Said
from ipcviz.model.channel.unread import Unread
from model.telling import SECOND, Run, at

MAIN, OTHER, WORKER = 1, 3, 2


def traced(messages: events.Framing = "line") -> Run:
    """A main and a worker that both hold `requests`."""
    run = Run(messages=messages)
    for role, pid in (("main", MAIN), ("worker", WORKER)):
        run.start(0, role, pid)
    run.trace(0, MAIN, WORKER)
    run.fill(0, "requests", 0, write=(MAIN,), read=(WORKER,))
    return run


def figures(run: Run) -> tuple[int, int, int, int]:
    account = run.model.channels["requests"].account
    assert account.written == account.read + account.discarded + account.queued
    return account.written, account.read, account.discarded, account.queued


def requests(run: Run) -> Channel:
    return run.model.channels["requests"]


def texts(messages: tuple[Message, ...]) -> list[str]:
    return [message.text for message in messages]


def test_a_message_goes_from_its_write_to_its_read() -> None:
    run = traced()
    (written,) = run.writes(1, MAIN, "requests", "hello\n", began=0.9)
    assert (written.number, written.size, written.text, written.writer) == (1, 6, "hello\n", MAIN)
    assert (written.began, written.written, written.queued) == (at(0.9), SECOND, True)
    assert requests(run).unread == (written,)
    assert requests(run).contents == 6
    (read,) = run.takes(2, WORKER, "requests", "hello\n")
    assert (read.reader, read.read, read.pieces) == (WORKER, 2 * SECOND, 1)
    assert read.latency == at(1.1)
    assert requests(run).unread == ()
    assert requests(run).last == read
    assert figures(run) == (6, 6, 0, 0)


def test_what_an_event_brought_forward_is_told_once() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "hello\n")
    run.state(1, MAIN, "running")
    assert run.model.fresh == ()


def test_one_write_is_read_in_pieces() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "hello\n")
    assert run.takes(2, WORKER, "requests", "he") == ()
    assert requests(run).unread[0].pieces == 1
    (read,) = run.takes(3, WORKER, "requests", "llo\n")
    assert read.pieces == 2


def test_several_writes_are_read_at_once() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "a\n")
    run.writes(2, MAIN, "requests", "b\nc\n")
    read = run.takes(3, WORKER, "requests", "a\nb\nc\n")
    assert texts(read) == ["a\n", "b\n", "c\n"]
    assert [one.number for one in read] == [1, 2, 3]


def test_several_writes_make_one_line() -> None:
    run = traced()
    assert run.writes(1, MAIN, "requests", "hel") == ()
    assert requests(run).unread[0].unfinished
    assert requests(run).said == Said(0, False)
    (written,) = run.writes(2, MAIN, "requests", "lo\n")
    assert (written.text, written.began, written.unfinished) == ("hello\n", at(1) - 10_000, False)
    assert requests(run).said == Said(1, False)


def test_a_line_that_is_read_before_it_ends_is_told_when_it_does() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "hel")
    assert run.takes(2, WORKER, "requests", "hel") == ()
    run.writes(3, MAIN, "requests", "lo\n")
    (read,) = run.takes(4, WORKER, "requests", "lo\n")
    assert (read.text, read.pieces) == ("hello\n", 2)


def test_a_line_that_two_writers_wrote_is_the_one_who_ended_it() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "to ")
    (written,) = run.writes(2, OTHER, "requests", "rn\n")
    assert (written.text, written.writer) == ("to rn\n", OTHER)


def test_framed_raw_each_write_is_a_message() -> None:
    run = traced(messages="raw")
    run.writes(1, MAIN, "requests", "a\nb")
    run.writes(2, MAIN, "requests", b"\xff\x00")
    assert texts(requests(run).unread) == ["a\nb", "\\xff\x00"]
    assert requests(run).said == Said(2, False)


def test_a_read_tells_in_which_order_two_writers_came() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "a\n")
    run.writes(1.1, OTHER, "requests", "b\n")
    (first,) = run.takes(2, WORKER, "requests", "b\n")
    (second,) = run.takes(3, WORKER, "requests", "a\n")
    assert (first.text, first.writer) == ("b\n", OTHER)
    assert (second.text, second.writer) == ("a\n", MAIN)


def test_a_read_that_is_told_before_its_write_is_settled_by_it() -> None:
    run = traced()
    assert run.takes(1, WORKER, "requests", "late\n") == ()
    assert figures(run) == (5, 5, 0, 0)
    written, read = run.writes(0.9, MAIN, "requests", "late\n")
    assert (written.number, read.number, read.reader) == (1, 1, WORKER)
    assert figures(run) == (5, 5, 0, 0)


def test_a_read_ahead_waits_for_the_write_that_it_took_from() -> None:
    run = traced()
    run.takes(1, WORKER, "requests", "b\n")
    run.writes(1.1, MAIN, "requests", "a\n")
    assert texts(requests(run).unread) == ["a\n"]
    _, read = run.writes(0.9, OTHER, "requests", "b\n")
    assert (read.text, read.writer, read.reader) == ("b\n", OTHER, WORKER)


def test_a_read_did_not_take_from_a_write_that_began_after_it() -> None:
    run = traced()
    run.takes(1, WORKER, "requests", "again\n")
    (later,) = run.writes(3, MAIN, "requests", "again\n", began=2)
    assert later.queued
    assert run.takes(4, WORKER, "requests", "again\n")[0].latency == 2 * SECOND
    _, read = run.writes(5, OTHER, "requests", "again\n", began=0.5)
    assert (read.read, read.latency) == (SECOND, at(0.5))


def test_many_reads_of_one_write_are_all_its_own() -> None:
    run = traced()
    size, reads = 4096, 3 * AHEAD_AT_MOST
    for number in range(reads):
        run.takes(1 + number / 1000, WORKER, "requests", b"x" * size)
    (written,) = run.writes(9, MAIN, "requests", b"x" * size * reads + b"\n", began=0.5)
    assert written.size == size * reads + 1
    (read,) = run.takes(10, WORKER, "requests", "\n")
    assert read.number == 1
    assert figures(run) == (size * reads + 1, size * reads + 1, 0, 0)


@pytest.mark.parametrize("order", ["reads first", "writes first", "by turns"])
def test_what_a_call_costs_has_a_bound_whatever_came_before(
    order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many reads and writes wait that do not fit each other."""
    looked_at = 0

    def counted(one: Unread, t: int) -> bool:
        nonlocal looked_at
        looked_at += 1
        return began_before(one, t)

    began_before = Unread.began_before
    monkeypatch.setattr(Unread, "began_before", counted)
    run = traced()
    calls = [(call, number) for call in ("read", "write") for number in range(1500)]
    if order == "writes first":
        calls.reverse()
    if order == "by turns":
        calls.sort(key=lambda one: one[1])
    for count, (call, number) in enumerate(calls):
        move = run.takes if call == "read" else run.writes
        move(1 + count / 100, MAIN, "requests", f"{call} {number}\n", began=0.5)
    assert looked_at / len(calls) < 100


def test_when_the_kernel_counts_nothing_either_every_read_is_settled() -> None:
    run = traced()
    run.takes(1, WORKER, "requests", "torn\n")
    run.writes(1, MAIN, "requests", "mixed")
    run.fill(2, "requests", 0, write=(MAIN,), read=(WORKER,))
    assert requests(run).unread == ()


def test_contents_beyond_what_is_kept_make_counts_at_least() -> None:
    run = traced()
    (written,) = run.writes(1, MAIN, "requests", b"x" * 10_000 + b"\n")
    assert (written.size, written.whole, len(written.text)) == (10_001, False, DATA_AT_MOST)
    assert requests(run).said == Said(0, True)
    assert [one.size for one in run.takes(2, WORKER, "requests", b"x" * 10_001)] == [10_001]
    (following,) = run.writes(3, MAIN, "requests", "next\n")
    assert (following.number, following.text) == (2, "next\n")


def test_a_line_end_by_itself_ends_the_long_line_before_it() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", b"x" * 10_000)
    assert run.writes(2, MAIN, "requests", "\n") == ()
    assert [one.size for one in requests(run).unread] == [10_001]
    run.writes(3, MAIN, "requests", b"y" * 10_000)
    assert len(run.takes(4, WORKER, "requests", b"x" * 20_001)) == 2
    assert run.writes(5, MAIN, "requests", "\n") == run.takes(6, WORKER, "requests", "\n") == ()
    assert requests(run).said == Said(2, True)
    assert figures(run) == (20_002, 20_002, 0, 0)


def test_a_write_to_a_pipe_that_nobody_reads_fails() -> None:
    run = traced()
    run.returns(1, MAIN, "write", "requests", None, error="EPIPE")
    (failed,) = run.model.fresh
    assert (failed.error, failed.number, failed.queued) == ("EPIPE", 1, False)
    assert requests(run).said == Said(0, False)
    assert figures(run) == (0, 0, 0, 0)


def test_an_interrupted_write_and_an_end_of_file_are_no_messages() -> None:
    run = traced()
    run.returns(1, MAIN, "write", "requests", None, error="EINTR")
    run.returns(2, WORKER, "read", "requests", 0, data="")
    assert run.model.fresh == ()
    assert figures(run) == (0, 0, 0, 0)


def test_what_is_unread_when_the_last_end_closes_is_discarded() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "lost\nhal")
    run.fill(2, "requests", 0)
    assert [(one.text, one.lost, one.unfinished) for one in run.model.fresh] == [
        ("lost\n", 2 * SECOND, False),
        ("hal", 2 * SECOND, True),
    ]
    assert figures(run) == (8, 0, 8, 0)
    assert requests(run).contents == 0
    assert requests(run).unread == ()
    run.fill(3, "requests", 0, both=(MAIN,))
    assert run.model.fresh == ()
    assert [one.text for one in run.writes(4, MAIN, "requests", "new\n")] == ["new\n"]
    assert figures(run) == (12, 0, 8, 4)


def test_a_close_and_an_end_tell_it_before_the_kernel_is_asked() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "lost\n")
    run.returns(2, MAIN, "close", "requests")
    assert figures(run) == (5, 0, 0, 5)
    run.exit(3, WORKER, code=0)
    assert texts(run.model.fresh) == ["lost\n"]
    assert figures(run) == (5, 0, 5, 0)


def test_an_end_that_was_opened_between_two_looks_is_the_last_to_close() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "lost\n")
    run.returns(2, MAIN, "open", "requests", 7)
    run.returns(3, MAIN, "close", "requests")
    run.exit(4, WORKER, code=0)
    assert figures(run) == (5, 0, 0, 5)
    run.exit(5, MAIN, code=0)
    assert texts(run.model.fresh) == ["lost\n"]
    assert figures(run) == (5, 0, 5, 0)


def test_nothing_is_certain_once_another_may_hold_it() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "kept\n")
    run.tell(events.ProcessFork(t=at(1.5), pid=WORKER, child=9))
    run.returns(2, MAIN, "close", "requests")
    run.exit(3, WORKER, code=0)
    assert figures(run) == (5, 0, 0, 5)


def test_a_read_that_is_told_after_the_last_end_closed_took_its_message() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "taken\n")
    run.fill(2, "requests", 0)
    (read,) = run.takes(1.9, WORKER, "requests", "taken\n")
    assert (read.lost, read.reader) == (None, WORKER)
    assert figures(run) == (6, 6, 0, 0)


def test_the_kernel_tells_what_a_pipe_holds_that_a_stranger_holds_too() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "hello\n")
    run.fill(2, "requests", 2, write=(MAIN,), read=(WORKER, 99))
    assert requests(run).contents == 2
    run.fill(3, "requests", 2, write=(MAIN,), read=(WORKER,))
    assert requests(run).contents == 6
    run.trace(4, MAIN, why="it runs another program")
    assert requests(run).contents == 2


def test_a_writer_that_is_blocked_has_put_in_a_part_already() -> None:
    run = traced()
    run.waits(1, MAIN, "write", "requests", "space")
    assert run.differs(1, "requests", pid=MAIN, counted_as="written", bytes=4096) == ()
    assert figures(run) == (4096, 0, 0, 4096)
    run.takes(2, WORKER, "requests", b"x" * 4096)
    (written,) = run.writes(3, MAIN, "requests", b"x" * 4096 + b"yy\n", began=0.5)
    assert written.size == 4099
    assert requests(run).unread[0].pieces == 1
    assert figures(run) == (4099, 4096, 0, 3)
    assert requests(run).settled == 4096


def test_what_was_put_down_to_one_of_two_blocked_writers_is_counted_once() -> None:
    run = traced()
    run.waits(1, MAIN, "write", "requests", "space")
    run.differs(1, "requests", pid=MAIN, counted_as="written", bytes=100)
    run.writes(2, OTHER, "requests", "b" * 60, began=0.5)
    run.writes(3, MAIN, "requests", "a" * 90, began=0.5)
    run.writes(4, MAIN, "requests", "c" * 10)
    assert figures(run)[0] == 160


def test_what_a_killed_writer_put_in_is_told_by_the_read_that_took_it() -> None:
    run = traced()
    run.waits(1, MAIN, "write", "requests", "space")
    run.differs(1, "requests", pid=MAIN, counted_as="written", bytes=4)
    run.exit(2, MAIN, signal="SIGKILL")
    assert requests(run).said == Said(0, True)
    (read,) = run.takes(3, WORKER, "requests", "abc\n")
    assert (read.text, read.writer, read.reader) == ("abc\n", MAIN, WORKER)
    assert figures(run) == (4, 4, 0, 0)


def test_a_message_of_a_writer_that_is_not_traced_is_told_by_its_read() -> None:
    run = traced()
    run.takes(1, WORKER, "requests", "from a stranger\n")
    (read,) = run.differs(2, "requests", counted_as="written", bytes=16)
    assert (read.writer, read.reader, read.read) == (None, WORKER, SECOND)
    assert read.latency is None  # when it was written, nobody told
    assert run.model.name_of(read.writer) == "a process that is not traced"


def test_a_read_of_a_killed_reader_took_the_oldest() -> None:
    run = traced()
    run.writes(1, MAIN, "requests", "a\nb\n")
    (read,) = run.differs(2, "requests", pid=WORKER, counted_as="read", bytes=2)
    assert (read.text, read.reader, read.latency) == ("a\n", WORKER, None)
    assert texts(requests(run).unread) == ["b\n"]
    assert figures(run) == (4, 2, 0, 2)


def test_calls_that_were_not_recorded_leave_the_sums_right() -> None:
    run = traced()
    dropped = events.Dropped(
        t=at(1), pid=MAIN, count=1, bytes=5, what="calls", call="write", channel="requests"
    )
    run.tell(dropped)
    run.writes(2, MAIN, "requests", "b\n")
    assert figures(run) == (7, 0, 0, 7)
    assert texts(run.takes(3, WORKER, "requests", "lost\n")) == ["lost\n"]
    run.tell(structs.replace(dropped, t=at(4), pid=WORKER, call="read", bytes=2))
    assert texts(run.model.fresh) == ["b\n"]
    assert figures(run) == (7, 7, 0, 0)


def test_a_pipe_with_a_name_that_an_earlier_one_had_begins_empty() -> None:
    run = traced()
    name = "pipe:[7]"
    made = events.ChannelCreate(t=at(1), channel=name, kind="pipe", inode=7)
    run.tell(made)
    run.writes(2, MAIN, name, "old\n")
    run.tell(events.ChannelRemove(t=at(3), channel=name))
    assert texts(run.model.fresh) == ["old\n"]
    run.tell(made)
    run.writes(4, MAIN, name, "new\n")
    assert texts(run.model.channels[name].unread) == ["new\n"]


def test_an_account_is_summed_up_where_calls_were_told() -> None:
    run = traced()
    run.fill(0, "replies", 0, both=(MAIN, 99))
    run.writes(1, MAIN, "requests", "a\nb\n")
    run.takes(2, WORKER, "requests", "a\n")
    assert requests(run).summary(traced=True) == events.ChannelSummary(
        written=4, read=2, discarded=0, queued=2, messages=2
    )
    used_by_others = run.model.channels["replies"]
    assert used_by_others.summary(traced=True) == events.ChannelSummary(queued=0)


def test_a_pipe_that_nobody_opened_carried_nothing_if_anybody_was_traced() -> None:
    channel = Channel("unused")
    nothing = events.ChannelSummary(written=0, read=0, discarded=0, queued=0, messages=0)
    assert channel.summary(traced=True) == nothing
    assert channel.summary(traced=False) == events.ChannelSummary(queued=0)
