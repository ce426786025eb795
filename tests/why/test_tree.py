"""Who waits for whom, as it is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from ipcviz.events import Counts, ProcessStop, Wanted
from why.seen import NOW, Seen


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_one_who_alone_could_end_a_wait_is_told_in_the_same_sentence(seen: Seen) -> None:
    seen.pipeline("sleep", "cat")
    seen.tell(Counts(t=NOW, pid=10, reads=0, read_bytes=0, writes=0, written_bytes=0))
    assert seen.text(11) == [
        "■ cat (pid 11): blocked in read(pipe:[11]), about 12 s",
        "  waits for data or end of file from sleep (pid 10, fd 1), which sleeps and has written "
        "nothing",
    ]


def test_a_chain_is_followed_to_its_end(seen: Seen) -> None:
    seen.pipeline("sleep", "tee", "grep", "cat")
    assert seen.text(13) == [
        "■ cat (pid 13): blocked in read(pipe:[13]), about 12 s",
        "│ waits for data or end of file from",
        "└─ ■ grep (pid 12, fd 1): blocked in read(pipe:[12]), about 12 s",
        "   │ waits for data or end of file from",
        "   └─ ■ tee (pid 11, fd 1): blocked in read(pipe:[11]), about 12 s",
        "        waits for data or end of file from sleep (pid 10, fd 1), which sleeps",
    ]


def test_a_very_long_chain_ends_before_the_line_does(seen: Seen) -> None:
    seen.pipeline(*(f"number-{number}" for number in range(100)))
    lines = seen.text(109, width=80)
    assert max(map(len, lines)) <= 80
    assert lines[-1].endswith("on pipe:[100]")


def test_children_stand_below_each_other_and_nobody_is_told_twice(seen: Seen) -> None:
    seen.process(9, "sh")
    seen.pipeline("sleep", "tee", "cat")
    seen.waits_for(9, 10, 11, 12)
    assert seen.text(9, 10, 11, 12) == [
        "■ sh (pid 9): blocked in wait4(sleep 10, tee 11, cat 12), about 12 s",
        "│ waits for the end of",
        "├─ ◦ sleep (pid 10): sleeping, about 12 s",
        "├─ ■ tee (pid 11): blocked in read(pipe:[11]), about 12 s",
        "│    waits for data or end of file from sleep (pid 10, fd 1), which sleeps",
        "└─ ■ cat (pid 12): blocked in read(pipe:[12]), about 12 s",
        "     waits for data or end of file from tee (pid 11, fd 1), which waits for data on "
        "pipe:[11] (see above)",
    ]


def test_a_cycle_ends_where_it_began(seen: Seen) -> None:
    seen.process(7, "main")
    seen.process(8, "worker")
    seen.reads(7, seen.pipe(1, {7: 3}, {8: 4}))
    seen.writes(8, seen.pipe(2, {7: 5}, {8: 6}))
    assert seen.text(7) == [
        "■ main (pid 7): blocked in read(pipe:[1]), about 12 s",
        "│ waits for data or end of file from",
        "└─ ■ worker (pid 8, fd 4): blocked in write(pipe:[2]), about 12 s",
        "     waits for room in the pipe, to be read by main (pid 7, fd 5), which waits for data "
        "on pipe:[1] (see above)",
    ]


def test_who_holds_both_ends_waits_for_itself_and_for_the_others(seen: Seen) -> None:
    seen.process(7, "main")
    seen.process(8, "sleep")
    seen.state(8, "sleeping")
    seen.reads(7, seen.pipe(1, {7: 3}, {7: 3}))
    assert seen.text(7)[1] == "  waits for data or end of file from itself (fd 3)"
    seen.reads(7, seen.pipe(2, {7: 3}, {7: 3, 8: 1}))
    assert seen.text(7)[1:] == [
        "│ waits for data or end of file from",
        "├─ itself (fd 3), which waits for data on pipe:[2] (see above)",
        "└─ ◦ sleep (pid 8, fd 1): sleeping, about 12 s",
    ]


def test_of_many_only_the_first_few(seen: Seen) -> None:
    pids = range(20, 60)
    for pid in pids:
        seen.process(pid, "sleep")
        seen.state(pid, "sleeping")
    seen.process(7, "sh")
    seen.waits_for(7, *pids)
    lines = seen.text(7)
    assert len(lines) < 10
    assert lines[-1] == "└─ and 34 more"


def test_threads_that_do_the_same_are_counted(seen: Seen) -> None:
    seen.process(7, "server")
    seen.process(8, "sleep")
    seen.state(8, "sleeping")
    pipe = seen.pipe(1, {7: 3}, {8: 1})
    lock: dict[str, Any] = {
        "call": "futex",
        "on": "a lock among its own threads",
        "releasers": (7,),
    }
    seen.state(7, "blocked", waits_for=(Wanted(lock="0x1"),), **lock)
    assert seen.text(7) == [
        "■ server (pid 7): blocked in futex(), about 12 s",
        "  waits for a lock among its own threads",
    ]
    for tid in (71, 72, 73):
        seen.reads(7, pipe, tid=tid)
    seen.state(7, "blocked", tid=74, call="open", on="/f", waits_for=(Wanted(end="reader"),))
    assert seen.text(7) == [
        "■ server (pid 7): blocked in read(pipe:[1]) in 3 of its threads, about 12 s",
        "  waits for data or end of file from sleep (pid 8, fd 1), which sleeps",
        "■ server (pid 7): blocked in open(/f) in its thread 74, about 12 s",
        "  waits until somebody opens it for reading",
    ]


def test_the_end_of_a_child_comes_as_a_signal(seen: Seen) -> None:
    seen.process(7, "sh")
    seen.process(8, "sleep", ppid=7)
    seen.state(8, "sleeping")
    wanted = tuple(Wanted(signal=name) for name in ("SIGINT", "SIGCHLD"))
    seen.state(7, "blocked", call="pause", syscall="rt_sigsuspend", on="a signal", waits_for=wanted)
    assert seen.text(7) == [
        "■ sh (pid 7): blocked in rt_sigsuspend(), about 12 s",
        "  waits for a signal: SIGINT or SIGCHLD; SIGCHLD comes at the end of sleep (pid 8), which "
        "sleeps",
    ]


_LOCK = {"call": "lock", "syscall": "flock", "on": "a lock on /lock"}
_SOCKET = {"call": "recvfrom", "on": "a socket at /run/x"}
_TERMINAL = "the terminal /dev/pts/3, where another job is in the foreground"


@pytest.mark.parametrize(
    ("fields", "row", "waits"),
    [
        (
            {**_LOCK, "waits_for": (Wanted(lock="/lock", pids=(8,)),)},
            "flock(/lock)",
            "a lock on it, held by sleep (pid 8), which sleeps",
        ),
        ({**_LOCK, "waits_for": (Wanted(lock="/lock"),)}, "flock(/lock)", "a lock on it"),
        (
            {**_SOCKET, "waits_for": (Wanted(on="a socket at /run/x", peers=(8,)),)},
            "recvfrom(a socket at /run/x)",
            "data on a socket at /run/x, whose other end is held by sleep (pid 8), which sleeps",
        ),
        ({"call": "read", "on": _TERMINAL}, f"read({_TERMINAL})", f"input from {_TERMINAL}"),
        ({"call": "write", "on": _TERMINAL}, f"write({_TERMINAL})", f"room in {_TERMINAL}"),
        (
            {"call": "wait", "syscall": "vfork", "waits_for": (Wanted(pids=(8,)),)},
            "vfork(sleep 8)",
            "its child to run another program or to end: sleep (pid 8), which sleeps",
        ),
        (
            {"call": "poll", "on": "the end of a process", "waits_for": (Wanted(pids=(8,)),)},
            "poll(sleep 8)",
            "the end of sleep (pid 8), which sleeps",
        ),
        (
            {"call": "wait", "on": "a child"},
            "wait(a child)",
            "a child to end, and none is to be seen",
        ),
        ({"call": "pause"}, "pause()", "a signal, and has a handler for none"),
        ({"call": "fsync"}, "fsync()", "something unknown"),
    ],
)
def test_each_kind_of_wait(seen: Seen, fields: dict[str, Any], row: str, waits: str) -> None:
    seen.process(7, "main")
    seen.process(8, "sleep")
    seen.state(8, "sleeping")
    seen.state(7, "blocked", **fields)
    assert seen.text(7) == [
        f"■ main (pid 7): blocked in {row}, about 12 s",
        f"  waits for {waits}",
    ]


@pytest.mark.parametrize(
    ("state", "fields", "row"),
    [
        ("running", {}, "● main (pid 7): running"),
        (
            "sleeping",
            {"timed": True, "limit": 300.0},
            "◦ main (pid 7): sleeping, about 12 s of 5 min 0 s",
        ),
        ("sleeping", {"timed": True, "limit": 0.25}, "◦ main (pid 7): sleeping, at most 250 ms"),
        ("stopped", {}, "‖ main (pid 7): stopped by SIGTSTP, about 12 s"),
        ("zombie", {}, "z main (pid 7): ended about 12 s ago, and nobody has waited for it"),
        ("blocked", {"call": None}, "■ main (pid 7): asleep, about 12 s"),
        ("sleeping", {"ago": 10**9}, "◦ main (pid 7): sleeping"),
        ("sleeping", {"ago": 0}, "◦ main (pid 7): sleeping, under 1 s"),
    ],
)
def test_each_state(seen: Seen, state: Any, fields: dict[str, Any], row: str) -> None:
    seen.process(7, "main")
    seen.tell(ProcessStop(t=0, pid=7, signal="SIGTSTP"))
    seen.state(7, state, **fields)
    assert seen.text(7)[0] == row
