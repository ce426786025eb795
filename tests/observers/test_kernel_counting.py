"""What is counted of how much a process has read and written, and that nobody else is counted."""

from __future__ import annotations

import os
import subprocess

import pytest

from ipcviz.events import Counts, Fill
from ipcviz.observers.kernel.counting import APART
from observers.watching import Watched

LONELY = "import signal, time\nsource, sink = os.pipe()\nos.close({})\n"
WRITES_ON = """
while True:
    try: os.write(sink, b'x')
    except BrokenPipeError: time.sleep({})
"""


def counted(watched: Watched, pid: int, times: int = 1) -> list[Counts]:
    """Look until a process was counted so often."""
    watched.until(lambda: len(watched.told(Counts, pid=pid)) >= times, f"{times} counts")
    return watched.told(Counts, pid=pid)


def test_a_writer_without_a_reader(watched: Watched) -> None:
    pid = watched.python(LONELY.format("source") + WRITES_ON.format(0.01))
    first, second = counted(watched, pid, 2)[:2]
    assert second.writes > first.writes
    assert second.written_bytes == first.written_bytes
    assert second.t - first.t >= APART


def test_a_writer_that_dies_of_sigpipe_is_not_asked(watched: Watched) -> None:
    default = "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"
    pid = watched.python(LONELY.format("source") + default + "time.sleep(600)")
    watched.settled(pid, state="sleeping")
    assert watched.told(Counts) == []


def test_a_writer_whose_reader_is_not_seen_is_not_asked(watched: Watched) -> None:
    """The test itself reads, which is no part of the run."""
    source, sink = os.pipe()
    pid = watched.python("import time\ntime.sleep(600)", stdout=sink)
    os.close(sink)
    watched.settled(pid, state="sleeping")
    assert [one.readers for one in watched.told(Fill)] == [()]
    assert watched.told(Counts) == []
    os.close(source)
    watched.until(lambda: watched.told(Counts, pid=pid), "it is counted")


def test_a_reader_without_a_writer_that_runs(watched: Watched) -> None:
    pid = watched.python(LONELY.format("sink") + "while True: os.read(source, 1)")
    first, second = counted(watched, pid, 2)[:2]
    assert second.reads - first.reads > 100
    assert second.read_bytes == first.read_bytes


def test_a_reader_without_a_writer_that_sleeps_is_not_asked(watched: Watched) -> None:
    pid = watched.python("import time\nos.open(a, os.O_RDONLY | os.O_NONBLOCK)\ntime.sleep(600)")
    began = watched.settled(pid, state="sleeping").began
    assert watched.fill("a").readers
    assert all(count.t < began for count in watched.told(Counts)), "it was asked in its sleep"


@pytest.mark.parametrize("written", [0, 5])
def test_those_from_whom_somebody_waits_for_data(watched: Watched, written: int) -> None:
    text = "x" * written
    writer = watched.start(["sh", "-c", f"printf '{text}'; exec sleep 600"], stdout=subprocess.PIPE)
    output = watched.programs["one"].stdout
    reader = watched.start(["sh", "-c", "cat; :"], "two", stdin=output)
    watched.settled(writer, state="sleeping")
    cat = watched.started("cat")
    watched.blocked(cat, "read")
    assert counted(watched, writer)[-1].written_bytes == written
    assert not watched.told(Counts, pid=reader)


def test_a_first_byte_is_told_at_once(watched: Watched) -> None:
    """Nobody may look again for long."""
    reader = watched.python("os.read(os.open(a, os.O_RDONLY), 1)")
    writer = watched.python(
        "import time\nos.open(a, os.O_WRONLY); os.read(os.open(b, os.O_RDONLY), 1)\n"
        "os.write(2, b'a note\\n'); time.sleep(600)",
        "two",
        stderr=subprocess.DEVNULL,
    )
    watched.blocked(reader, "read")
    watched.blocked(writer, "open")
    assert counted(watched, writer)[-1].written_bytes == 0
    watched.b.write_bytes(b"x")
    watched.settled(writer, state="sleeping")
    assert watched.told(Counts, pid=writer)[-1].written_bytes == 7


def test_nothing_is_told_anew_of_those_at_rest(watched: Watched) -> None:
    reader = watched.python("os.read(os.open(a, os.O_RDONLY), 1)")
    writer = watched.python("import time\nos.open(a, os.O_WRONLY)\ntime.sleep(600)", "two")
    watched.blocked(reader, "read")
    watched.settled(writer, state="sleeping")
    counted(watched, writer)
    before = watched.told(Counts)
    end = before[-1].t + 2 * APART
    watched.until(lambda: watched.log.now() > end, "more than two counts' time")
    assert watched.told(Counts) == before
