"""eof-spin: readers that do not stop at end of file, and readers that read much for good reason."""

from __future__ import annotations

import os

import pytest

from diagnoses.judging import Judged
from ipcviz.model import Process

LONELY = "import time\nsource, sink = os.pipe()\nos.close(sink)\n"
FIFO = "import time\nsource = os.open(a, os.O_RDONLY)\n"
SPIN = "while not os.read(source, 1): {}\n"


def counted_twice(judged: Judged, pid: int) -> Process:
    """Look until a process was counted twice."""
    process = judged.until(lambda: judged.model.processes.get(pid), "it is there")
    assert process is not None
    judged.until(lambda: len(process.counts) == 2, "it was counted twice")
    return process


@pytest.mark.parametrize("rest", ["pass", "time.sleep(0.0001)"])
def test_a_reader_that_does_not_stop(judged: Judged, rest: str) -> None:
    pid = judged.python(LONELY + SPIN.format(rest))
    finding = judged.found("eof-spin", pids=(pid,))
    assert (finding.severity, finding.certain, finding.role) == ("warning", False, "one")
    assert "again and again" in finding.what
    assert "Nobody holds a write end" in finding.why


def test_a_fifo_whose_writer_has_left(judged: Judged) -> None:
    pid = judged.python(FIFO + SPIN.format("pass"))
    judged.a.write_bytes(b"")
    finding = judged.found("eof-spin", pids=(pid,))
    assert finding.channel == "a"
    assert "open the FIFO anew" in finding.do


def test_one_that_reads_something_else_as_well(judged: Judged) -> None:
    also = "other = os.open('/dev/zero', os.O_RDONLY)\n"
    pid = judged.python(
        LONELY + also + "while True: os.read(source, 1); os.read(source, 1); os.read(other, 1)"
    )
    judged.found("eof-spin", pids=(pid,))


def test_it_clears_when_a_writer_comes(judged: Judged) -> None:
    judged.python(FIFO + SPIN.format("pass"))
    judged.a.write_bytes(b"")
    judged.found("eof-spin")
    sink = os.open(judged.a, os.O_WRONLY)
    judged.start(["sleep", "600"], "two", stdin=sink)
    os.close(sink)
    judged.until(lambda: judged.fill("a").writers, "a writer has come")
    assert judged.findings("eof-spin") == []


@pytest.mark.parametrize("later", ["time.sleep(600)", "os.open(b, os.O_RDONLY)"])
def test_it_clears_when_the_reader_rests(judged: Judged, later: str) -> None:
    pid = judged.python(
        "import signal\nsignal.signal(signal.SIGUSR1, lambda *_: stop.append(1))\nstop = []\n"
        + LONELY
        + "while not stop: os.read(source, 1)\n"
        + later
    )
    judged.found("eof-spin")
    os.kill(pid, 10)
    judged.until(lambda: judged.model.processes[pid].state != "running", "it rests")
    assert judged.findings("eof-spin") == []


def test_in_one_look_at_strangers(onlooker: Judged) -> None:
    pid = onlooker.python(LONELY + SPIN.format("pass"))
    onlooker.found("eof-spin", pids=(pid,))


def test_a_server_that_asks_a_few_times_a_second(judged: Judged) -> None:
    pid = judged.python(LONELY + SPIN.format("time.sleep(0.02)"))
    counted_twice(judged, pid)
    assert judged.findings("eof-spin") == []


def test_one_that_has_other_things_to_read(judged: Judged) -> None:
    other = "other = os.open('/dev/zero', os.O_RDONLY)\nwhile True: os.read(other, 1)"
    process = counted_twice(judged, judged.python(LONELY + other))
    assert process.counts[1].reads - process.counts[0].reads > 100
    assert judged.findings("eof-spin") == []


def test_one_that_runs_and_does_not_read(judged: Judged) -> None:
    pid = judged.python(LONELY + "while True: pass")
    judged.until(lambda: judged.model.processes[pid].counts, "it was counted")
    assert judged.findings("eof-spin") == []


def test_a_reader_that_sees_its_end(judged: Judged) -> None:
    pid = judged.python(LONELY + "os.read(source, 1); time.sleep(600)")
    judged.settled(pid, state="sleeping")
    assert judged.alarms() == []
