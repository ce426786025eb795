"""How the timeline tells of messages."""

from __future__ import annotations

import pytest

from ipcviz import events
from ipcviz.model.timeline.rows import Row
from model.telling import SECOND, Run

HOOKS = events.HooksInfo(request="requests", reply="replies")


@pytest.fixture
def run() -> Run:
    """A main and a worker, both traced, with both pipes open."""
    run = Run(hooks=HOOKS)
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.trace(0, 10, 11)
    run.fill(0.1, "requests", 0, read=(11,), write=(10,))
    run.fill(0.1, "replies", 0, read=(10,), write=(11,))
    return run


def messages(run: Run) -> list[Row]:
    return [row for row in run.timeline.rows if row.message is not None]


def test_a_message_that_is_read_at_once_is_one_row_with_its_latency(run: Run) -> None:
    run.writes(1, 10, "requests", "what time is it?\n")
    run.takes(1.00003, 11, "requests", "what time is it?\n")
    (row,) = messages(run)
    assert (row.kind, row.role, row.to) == ("message", "main", "worker")
    assert (row.text, row.detail) == ("#1 what time is it?", "40 us")
    assert row.message is not None
    assert row.message.reader == 11


def test_a_writer_that_alone_holds_both_ends_is_not_taken_for_the_reader(run: Run) -> None:
    run.fill(0.5, "requests", 0, both=(10,))
    run.writes(1, 10, "requests", "what time is it?\n")
    (row,) = messages(run)
    assert (row.role, row.to) == ("main", "worker")


def test_an_unread_one_says_its_size_and_its_read_is_a_row_of_its_own(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    (row,) = messages(run)
    assert (row.kind, row.detail) == ("message", "6 B")
    run.takes(7.5, 11, "requests", "hello\n")
    first, late = messages(run)
    assert first is row
    assert (late.kind, late.role, late.by) == ("read", "worker", "main")
    assert late.text == "#1, the request, read 6.50 s after it was written"
    assert late.detail == "6.50 s"


@pytest.mark.parametrize(("later", "rows"), [(0.015, 1), (0.03, 2)])
def test_one_that_lay_in_its_pipe_for_a_while_is_two_rows(
    run: Run, later: float, rows: int
) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.takes(1 + later, 11, "requests", "hello\n")
    assert len(messages(run)) == rows


def test_a_read_that_is_told_before_its_write_stands_after_it(run: Run) -> None:
    run.takes(1.00001, 11, "requests", "hello\n")
    run.start(1.00001, "main", 12)
    run.writes(1.00003, 10, "requests", "hello\n", began=1)
    assert [row.kind for row in run.timeline.rows[-2:]] == ["message", "start"]
    assert messages(run)[0].detail == "10 us"


def test_an_answer_tells_its_round_trip(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.takes(1.1, 11, "requests", "hello\n")
    run.writes(1.2, 11, "replies", "hello yourself\n")
    run.takes(1.25, 10, "replies", "hello yourself\n")
    answer = messages(run)[-1].message
    assert answer is not None
    assert answer.round_trip == pytest.approx(0.25 * SECOND, abs=20_000)


def test_several_in_one_write_are_a_row_each(run: Run) -> None:
    run.writes(1, 10, "requests", "one\ntwo\nthree\n")
    run.takes(1.0001, 11, "requests", "one\ntwo\nthree\n")
    assert [row.text for row in messages(run)] == ["#1 one", "#2 two", "#3 three"]


def test_of_one_that_was_read_in_part_only_the_rest_is_lost(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.takes(2, 11, "requests", "he")
    run.fill(3, "requests", 0)
    assert messages(run)[-1].text == "#1, the request, 4 B of it unread when the last end closed"


def test_of_one_that_only_the_kernels_count_tells_to_be_read_no_latency_is_told(run: Run) -> None:
    run.writes(1, 10, "requests", "soon\n")
    run.differs(1.01, "requests", counted_as="read", bytes=5)
    run.writes(2, 10, "requests", "late\n")
    run.differs(3, "requests", counted_as="read", bytes=5)
    soon, _, late = messages(run)
    assert (soon.kind, soon.detail) == ("message", "")
    assert (late.kind, late.text, late.detail) == ("read", "#2, the request, read", "")


def test_what_went_unread_is_lost(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.exit(2, 11, code=0)
    run.exit(3, 10, code=0)
    run.fill(3, "requests", 0)
    lost = messages(run)[-1]
    assert (lost.kind, lost.role, lost.by) == ("lost", "worker", "main")
    assert lost.text == "#1, the request, 6 B unread when the last end closed"


def test_what_could_not_be_written_says_why(run: Run) -> None:
    run.returns(1, 10, "write", "requests", None, error="EPIPE", data="hello\n")
    (row,) = messages(run)
    assert (row.kind, row.text, row.detail) == ("message", "#1 hello", "EPIPE")


def test_one_that_is_tried_again_is_one_row_and_a_later_one_another(run: Run) -> None:
    for seconds, text in (
        (1, "hello\n"),
        (1.001, "hello\n"),
        (1.002, "goodbye\n"),
        (3, "goodbye\n"),
    ):
        run.returns(seconds, 10, "write", "requests", None, error="EPIPE", data=text)
    told = [(row.text, row.detail) for row in messages(run)]
    assert told == [("#1 hello", "EPIPE x2"), ("#1 goodbye", "EPIPE"), ("#1 goodbye", "EPIPE")]


def test_where_calls_are_told_the_kernels_counts_are_not(run: Run) -> None:
    run.writes(1, 10, "requests", "hello\n")
    run.fill(1.01, "requests", 6, read=(11,), write=(10,))
    run.takes(2, 11, "requests", "hello\n")
    run.fill(2.01, "requests", 0, read=(11,), write=(10,))
    run.fill(2.02, "replies", 5, read=(10,), write=(11,))
    told = [row.text for row in run.timeline.rows if row.kind in ("fill", "drain")]
    assert told == ["5 B in replies"]


def test_a_child_that_is_no_role_writes_for_the_one_that_it_descends_from(run: Run) -> None:
    run.tell(events.ProcessStart(t=SECOND, pid=20, ppid=10, command=("sh",)))
    run.tell(events.ProcessStart(t=SECOND, pid=21, ppid=20, command=("tee",)))
    run.trace(1, 20, 21)
    run.writes(1.1, 21, "requests", "hello\n")
    assert messages(run)[0].role == "main"


def test_calls_tell_what_was_opened_and_closed_and_when(run: Run) -> None:
    run.returns(1, 10, "open", "replies", 5, flags=("O_RDWR", "O_CLOEXEC"))
    run.returns(1.1, 11, "open", "requests", None, flags=("O_WRONLY",), error="ENXIO")
    run.returns(1.2, 10, "close", "replies")
    run.fill(1.3, "replies", 0, both=(10,))
    run.fill(1.4, "replies", 0)
    told = [row for row in run.timeline.rows if row.kind == "end" and row.t >= SECOND]
    assert [(row.role, row.text) for row in told] == [
        ("main", "opens replies read-write"),
        ("worker", "cannot open requests for writing: ENXIO"),
        ("main", "closes replies"),
    ]


def test_an_end_that_a_look_found_first_is_told_once_and_at_its_time(run: Run) -> None:
    run.start(1, "main", 12)
    run.fill(1.02, "replies", 0, both=(12,), read=(10,))
    run.trace(1.02, 12)
    run.returns(1.01, 12, "open", "replies", 3, flags=("O_RDWR",))
    opened = [row for row in run.timeline.rows if row.text == "opens replies read-write"]
    assert [row.t for row in opened] == [int(1.01 * SECOND)]


def test_an_end_that_a_call_told_of_is_not_told_of_again_by_a_look(run: Run) -> None:
    run.start(1, "main", 12)
    run.returns(1.01, 12, "open", "replies", 3, flags=("O_RDWR",))
    run.fill(1.02, "replies", 0, both=(12,), read=(10,))
    run.returns(1.2, 12, "close", "replies")
    run.returns(1.3, 12, "open", "replies", 3, flags=("O_RDWR",))
    assert run.rows("main")[1:] == [
        "python main.py",
        "opens replies read-write",
        "closes replies",
        "opens replies read-write",
    ]


def test_what_a_process_closes_as_it_ends_is_told_by_its_end(run: Run) -> None:
    run.returns(1, 10, "close", "replies")
    run.returns(2, 10, "close", "requests")
    run.exit(2.01, 10, code=0)
    assert run.rows("main")[1:] == ["closes replies", "exit 0"]


def test_what_is_not_known_is_told(run: Run) -> None:
    run.start(0.2, "worker", 12)
    run.trace(0.3, 12, why="python -I leaves out what loads the tracer")
    run.trace(0.4, 12, why="python -I leaves out what loads the tracer")
    run.tell(
        events.Dropped(
            t=SECOND, pid=10, count=3, bytes=90, what="calls", call="write", channel="requests"
        )
    )
    words = "the kernel counts 40 bytes more in requests"
    run.tell(
        events.Difference(
            t=2 * SECOND, what=words, channel="requests", counted_as="written", bytes=40
        )
    )
    told = [(row.kind, row.role, row.text) for row in run.timeline.rows[-3:]]
    assert told == [
        (
            "note",
            "worker",
            "not traced: python -I leaves out what loads the tracer; the kernel's view only",
        ),
        ("dropped", "main", "3 calls on requests could not be recorded, 90 B"),
        ("difference", "main", words),
    ]


PIPE, CAT = "pipe:[7]", 12


@pytest.fixture
def cat(run: Run) -> Run:
    """main's child cat, which is not traced, reads a pipe from main, and writes to another."""
    run.tell(events.ProcessStart(t=0, pid=CAT, ppid=10, command=("/bin/cat",)))
    run.trace(0.2, CAT, why="not a Python program")
    for number, channel in enumerate((PIPE, "pipe:[8]")):
        made = events.ChannelCreate(t=SECOND // 2, channel=channel, kind="pipe", inode=7 + number)
        run.tell(made)
    run.fill(0.5, PIPE, 0, read=(CAT,), write=(10,))
    run.fill(0.5, "pipe:[8]", 0, read=(10,), write=(CAT,))
    return run


def test_a_process_that_is_no_role_is_named_where_its_role_is_at_the_other_end(cat: Run) -> None:
    cat.writes(1, 10, PIPE, "question\n")
    cat.differs(1.01, PIPE, pid=CAT, counted_as="read", bytes=9)
    cat.takes(2, 10, "pipe:[8]", "answer\n")
    cat.differs(2.01, "pipe:[8]", pid=CAT, counted_as="written", bytes=7)
    cat.writes(3, 10, PIPE, "later\n")
    cat.differs(4, PIPE, pid=CAT, counted_as="read", bytes=6)
    assert [(row.kind, row.role, row.to, row.text) for row in messages(cat)] == [
        ("message", "main", None, "to cat 12  #1 question"),
        ("message", "main", None, "from cat 12  #1 answer"),
        ("message", "main", None, "to cat 12  #2 later"),
        ("read", "main", None, "#2 to cat 12, read"),
    ]


def test_that_a_process_is_not_traced_is_told_once_and_not_with_each_message(cat: Run) -> None:
    for number in range(5):
        cat.writes(1 + number, 10, PIPE, "question\n")
        cat.differs(1.5 + number, PIPE, pid=CAT, counted_as="read", bytes=9)
    cat.differs(9, PIPE, counted_as="read", bytes=9)  # it may have been cat
    kinds = [row.kind for row in cat.timeline.rows]
    assert (kinds.count("note"), kinds.count("difference")) == (1, 0)
