"""pipe-full: writers whose readers do something else, and those whose readers are merely slow."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import Any

import pytest

from diagnoses.judging import Judged
from ipcviz.events import Finding, SignalSend

_FILLS = "fd = os.open(a, os.O_WRONLY); os.write(fd, bytes(1 << 20))"
_FILLS_IN_PIECES = "fd = os.open(a, os.O_WRONLY)\nwhile True: os.write(fd, bytes({size}))"
_POLLS = (
    "import select\nfd = os.open(a, os.O_WRONLY)\nos.set_blocking(fd, False)\n"
    "os.write(fd, bytes(1 << 20))\n{poll}"
)
_EPOLL = "p = select.epoll(); p.register(fd, select.EPOLLOUT); p.poll()"
_SLOW_CHILD = "os.fork() or (os.close(fd), time.sleep(5))"
_OPENS = (
    "import multiprocessing, select, signal, socket, threading, time\n"
    "fd = os.open(a, os.O_RDONLY)\n"
)


def full(judged: Judged, writer: int, *readers: int) -> Finding:
    """The finding that this writer waits for these readers."""
    return judged.found("pipe-full", pids=(writer, *readers))


def merely_slow(judged: Judged, writer: int, reader: int, **fields: Any) -> None:
    """The writer waits while the reader does this, and that is no finding."""
    judged.blocked(writer, "write")
    judged.settled(reader, **fields)
    assert judged.findings("pipe-full") == []


def test_a_reader_that_sleeps_for_long(judged: Judged) -> None:
    judged.start(["sh", "-c", "yes | sleep 1000; true"])
    writer, reader = judged.runs("yes"), judged.runs("sleep 1000")
    judged.settled(reader, state="sleeping")
    finding = full(judged, writer, reader)
    assert (finding.severity, finding.certain) == ("warning", True)
    assert finding.channel is not None
    assert finding.channel.startswith("pipe:[")
    assert (
        finding.what == f"yes (pid {writer}) waits for room in its pipe, and nobody reads from it."
    )
    assert finding.why == (
        f"sleep (pid {reader}, fd 0) could read the 64.0 KiB in it, and does not read:"
        f" sleep (pid {reader}) sleeps."
    )


@pytest.mark.parametrize(
    "does",
    [
        "time.sleep(1000)",
        "signal.pause()",
        "os.open(b, os.O_RDONLY)",
        "select.select([os.open(b, os.O_RDWR)], [], [])",
        "select.select([], [], [], 1000)",
        "select.select([], [], [])",
        "lock = threading.Lock(); lock.acquire(); lock.acquire()",
        "os.system('sleep 1000 < /dev/null')",
        "select.select([], [], [os.eventfd(0)])",
    ],
)
def test_a_reader_that_does_something_else(judged: Judged, does: str) -> None:
    reader = judged.python(_OPENS + does, "two")
    writer = judged.python(_FILLS)
    finding = judged.found("pipe-full", severity="warning", channel="a")
    assert finding.pids == (writer, reader)
    assert finding.what == "one waits for room in a, and nobody reads from it."


@pytest.mark.parametrize("poll", ["select.select([], [fd], [])", _EPOLL])
def test_a_writer_that_polls(judged: Judged, poll: str) -> None:
    reader = judged.python(_OPENS + "signal.pause()", "two")
    writer = judged.python(_POLLS.format(poll=poll))
    full(judged, writer, reader)


@pytest.mark.parametrize("size", [2049, 3000])
def test_a_pipe_that_is_full_before_its_bytes_are(judged: Judged, size: int) -> None:
    reader = judged.python(_OPENS + "signal.pause()", "two")
    full(judged, judged.python(_FILLS_IN_PIECES.format(size=size)), reader)


def test_only_the_writer_could_read(judged: Judged) -> None:
    writer = judged.python("fd = os.open(a, os.O_RDWR); os.write(fd, bytes(1 << 20))")
    finding = full(judged, writer)
    assert finding.severity == "warning"
    assert finding.why.endswith("by reading.")
    assert finding.do.startswith("Write no more than fits")


def test_a_reader_that_is_stopped(judged: Judged) -> None:
    reader = judged.python(_OPENS + "signal.pause()", "two")
    writer = judged.python(_FILLS)
    judged.blocked(reader, "pause")
    os.kill(reader, signal.SIGSTOP)
    judged.settled(reader, state="stopped")
    assert full(judged, writer, reader).severity == "warning"


def test_a_reader_that_ipcviz_holds(judged: Judged) -> None:
    reader = judged.python(_OPENS + "signal.pause()", "two")
    writer = judged.python(_FILLS)
    judged.blocked(reader, "pause")
    sent = SignalSend(t=judged.log.now(), source="ipcviz", signal="SIGSTOP", to=reader)
    judged.log.append(sent)
    os.kill(reader, signal.SIGSTOP)
    judged.settled(reader, state="stopped")
    assert full(judged, writer, reader).severity == "info"


@pytest.mark.parametrize("wait", ["os.read(0, 1)", "select.select([0], [], [])"])
def test_a_reader_at_a_terminal(judged: Judged, wait: str) -> None:
    """As a pager waits for a key."""
    outer, inner = os.openpty()
    try:
        reader = judged.python(_OPENS + wait, "two", stdin=inner)
        writer = judged.python(_FILLS)
        judged.blocked(reader, "read" if "read" in wait else "poll")
        assert full(judged, writer, reader).severity == "info"
    finally:
        os.close(outer)
        os.close(inner)


def test_a_reader_that_is_ready_for_a_line(judged: Judged) -> None:
    reader = judged.python(_OPENS + "os.read(0, 1)", "two", stdin=subprocess.PIPE)
    writer = judged.python(_FILLS)
    judged.settled(reader, state="ready")
    assert full(judged, writer, reader).severity == "info"


def test_two_pipes_in_a_row(judged: Judged) -> None:
    judged.start(["sh", "-c", "yes | cat | sleep 1000; true"])
    first, second = judged.runs("yes"), judged.runs("cat")
    last = judged.runs("sleep 1000")
    judged.settled(last, state="sleeping")
    assert full(judged, second, last).severity == "warning"
    assert full(judged, first, second).severity == "info"


def test_a_reader_that_waits_for_the_writer_to_end(judged: Judged) -> None:
    judged.python(
        "import subprocess\nchild = subprocess.Popen(['yes'], stdout=subprocess.PIPE)\nchild.wait()"
    )
    judged.blocked(judged.runs("yes"), "write")
    judged.found("deadlock")
    (finding,) = judged.findings("pipe-full")
    assert finding.severity == "info"
    assert finding.why.endswith("so the reader waits for the writer to end.")


def test_only_once_it_has_lasted(judged: Judged) -> None:
    reader = judged.python(_OPENS + "signal.pause()", "two")
    full(judged, judged.python(_FILLS), reader)
    assert judged.findings("pipe-full", after=0) == []


@pytest.mark.parametrize(
    ("does", "fields"),
    [
        ("time.sleep(1)", {"state": "sleeping"}),
        ("select.select([], [], [], 1)", {"state": "sleeping"}),
        ("select.select([os.open(b, os.O_RDWR)], [], [], 5)", {"call": "poll"}),
        ("os.system('sleep 5 < /dev/null')", {"call": "wait"}),
        ("os.read(os.open('/dev/urandom', os.O_RDONLY), 1 << 24)", {"state": "running"}),
    ],
)
def test_a_slow_reader(judged: Judged, does: str, fields: dict[str, str]) -> None:
    reader = judged.python(_OPENS + f"while True:\n  {does}\n  os.read(fd, 100_000)", "two")
    writer = judged.python(_FILLS_IN_PIECES.format(size=65536))
    merely_slow(judged, writer, reader, **fields)


@pytest.mark.parametrize(
    ("does", "call"),
    [
        ("mine = socket.socket(type=socket.SOCK_DGRAM); mine.recv(1)", "recvfrom"),
        ("os.read(os.open(b, os.O_RDONLY), 1)", "read"),
        ("multiprocessing.Semaphore(0).acquire()", "futex"),
        (f"mine, other = os.pipe(); {_SLOW_CHILD}; os.close(other); os.read(mine, 1)", "read"),
        (f"mine = os.eventfd(0); {_SLOW_CHILD}; select.select([mine], [], [])", "poll"),
        (f"signal.signal(signal.SIGCHLD, print); {_SLOW_CHILD}; signal.pause()", "pause"),
    ],
    ids=[
        "the network",
        "a writer out of sight",
        "a lock that others share",
        "a writer that is slow",
        "an event that a slow one counts",
        "a child's signal",
    ],
)
def test_a_reader_that_waits_for_what_will_come(judged: Judged, does: str, call: str) -> None:
    out_of_sight = os.open(judged.b, os.O_RDWR)
    try:
        reader = judged.python(_OPENS + does, "two")
        merely_slow(judged, judged.python(_FILLS), reader, call=call)
    finally:
        os.close(out_of_sight)


@pytest.mark.parametrize(
    "others",
    [
        f"mine, other = os.pipe(); {_SLOW_CHILD}; os.close(other)",
        "mine = os.pidfd_open(os.fork() or (os.close(fd), time.sleep(5)))",
    ],
)
def test_a_reader_that_waits_for_a_terminal_or_a_slow_one(judged: Judged, others: str) -> None:
    outer, inner = os.openpty()
    try:
        does = f"{others}; select.select([mine, 0], [], [])"
        reader = judged.python(_OPENS + does, "two", stdin=inner)
        merely_slow(judged, judged.python(_FILLS), reader, call="poll")
    finally:
        os.close(outer)
        os.close(inner)


def test_a_reader_out_of_sight(judged: Judged) -> None:
    out_of_sight = os.open(judged.a, os.O_RDONLY | os.O_NONBLOCK)
    try:
        judged.blocked(judged.python(_FILLS), "write")
        assert judged.findings("pipe-full") == []
    finally:
        os.close(out_of_sight)


def test_a_reader_of_which_a_thread_computes(judged: Judged) -> None:
    head = _OPENS + "import threading\ndef compute():\n  while True: pass\n"
    reader = judged.python(head + "threading.Thread(target=compute).start()\nsignal.pause()", "two")
    merely_slow(judged, judged.python(_FILLS), reader, call="pause")


def test_a_shell_whose_child_sleeps_for_a_while(judged: Judged) -> None:
    judged.start(["sh", "-c", "yes | while sleep 5; do read line; done"])
    merely_slow(judged, judged.runs("yes"), judged.runs("sleep 5"), state="sleeping")


def test_a_row_of_pipes_whose_end_is_slow(judged: Judged) -> None:
    judged.start(["sh", "-c", "yes | cat | while sleep 5; do read line; done"])
    judged.blocked(judged.runs("cat"), "write")
    merely_slow(judged, judged.runs("yes"), judged.runs("sleep 5"), state="sleeping")


def test_a_writer_that_polls_for_a_while(judged: Judged) -> None:
    reader = judged.python(_OPENS + "signal.pause()", "two")
    writer = judged.python(_POLLS.format(poll="select.select([], [fd], [], 600)"))
    judged.blocked(writer, "poll")
    judged.blocked(reader, "pause")
    assert judged.findings("pipe-full") == []


def test_an_edge_triggered_poll_on_a_pipe_that_has_room(judged: Judged) -> None:
    """As Go and libraries of Rust register whatever they have open."""
    reader = judged.python(_OPENS + "signal.pause()", "two")
    writer = judged.python(
        "import select\nfd = os.open(a, os.O_WRONLY)\nos.write(fd, b'x')\n"
        "p = select.epoll()\np.register(fd, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)\n"
        "p.poll()\np.poll()"
    )
    judged.blocked(writer, "poll", channel="a")
    judged.blocked(reader, "pause")
    assert judged.findings("pipe-full") == []


def test_whoever_waits_for_ipcviz_is_not_counted_on(onlooker: Judged) -> None:
    reader = onlooker.python(_OPENS + "while True: time.sleep(1)", "two")
    writer = onlooker.python(_FILLS)
    merely_slow(onlooker, writer, reader, state="sleeping")
    onlooker.model.above_ipcviz = frozenset({reader})
    assert full(onlooker, writer, reader).severity == "warning"
