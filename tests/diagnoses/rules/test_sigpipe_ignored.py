"""sigpipe-ignored: writers that go on without a reader, and writers that do not."""

from __future__ import annotations

import os

import pytest

from diagnoses.judging import Judged

IMPORTS = "import signal, time\n"
LONELY = IMPORTS + "source, sink = os.pipe()\nos.close(source)\n"
WRITES_ON = """
while True:
    try: os.write(sink, b'x')
    except BrokenPipeError: time.sleep(0.02)
"""
SHELL = "trap '' PIPE; while :; do echo x 2>/dev/null; sleep 0.02; done"
DEFAULT = "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\n"


def reader_of_a(judged: Judged, role: str) -> None:
    """Start a program that holds the read end of a, and reads nothing."""
    source = os.open(judged.a, os.O_RDONLY | os.O_NONBLOCK)
    judged.start(["sleep", "600"], role, stdin=source)
    os.close(source)
    judged.until(lambda: judged.fill("a").readers, "somebody can read")


def end(judged: Judged, role: str) -> None:
    """End the program that holds the read end."""
    judged.programs[role].kill()
    judged.programs[role].wait()
    judged.until(lambda: not judged.fill("a").readers, "nobody can read any more")


def test_a_writer_that_does_not_stop(judged: Judged) -> None:
    pid = judged.python(LONELY + WRITES_ON)
    finding = judged.found("sigpipe-ignored", pids=(pid,))
    assert (finding.severity, finding.certain, finding.role) == ("warning", False, "one")
    assert finding.what.startswith("one (fd ")
    assert "goes on writing" in finding.what
    assert "execve(2)" in finding.why


def test_it_is_found_as_soon_as_writing_was_seen_to_go_on(judged: Judged) -> None:
    judged.python(LONELY + WRITES_ON)
    judged.found("sigpipe-ignored")
    assert judged.findings("sigpipe-ignored", after=0)


def test_a_fifo_whose_reader_comes_and_goes(judged: Judged) -> None:
    pid = judged.python(IMPORTS + "sink = os.open(a, os.O_WRONLY)\n" + WRITES_ON)
    reader_of_a(judged, "two")
    judged.blocked(pid, "write")
    end(judged, "two")
    finding = judged.found("sigpipe-ignored", pids=(pid,))
    assert finding.channel == "a"
    reader_of_a(judged, "two")
    assert judged.findings("sigpipe-ignored") == []


def test_a_shell_whose_standard_output_nobody_reads(judged: Judged) -> None:
    """What it says of each failure is written, too, and has bytes."""
    shell = judged.start(["sh", "-c", f"({SHELL}) | true"])
    finding = judged.found("sigpipe-ignored")
    assert shell not in finding.pids
    assert finding.what.startswith("sh (pid ")


def test_in_one_look_at_strangers(onlooker: Judged) -> None:
    pid = onlooker.python(LONELY + WRITES_ON)
    onlooker.found("sigpipe-ignored", pids=(pid,))


@pytest.mark.parametrize("signals", ["", DEFAULT], ids=["ignored", "default"])
def test_a_writer_that_does_not_write(judged: Judged, signals: str) -> None:
    pid = judged.python(LONELY + signals + "time.sleep(600)")
    judged.settled(pid, state="sleeping")
    (channel,) = (one for one in judged.model.channels.values() if one.writers)
    assert not channel.readers
    assert judged.alarms() == []


def test_a_server_that_writes_elsewhere(judged: Judged) -> None:
    code = "log = os.open('log', os.O_CREAT | os.O_WRONLY)\nwhile True: os.write(log, b'xx')"
    pid = judged.python(LONELY + code)
    judged.until(lambda: len(judged.model.processes[pid].counts) == 2, "it was counted twice")
    before, after = judged.model.processes[pid].counts
    assert after.writes > before.writes
    assert judged.findings("sigpipe-ignored") == []


def test_what_was_written_while_there_was_a_reader(judged: Judged) -> None:
    """Counts of both sides of a change say nothing of either."""
    pid = judged.python(
        IMPORTS + "sink, more = os.open(a, os.O_WRONLY), os.open(b, os.O_RDWR)\n"
        "while os.read(more, 1): os.write(sink, b'')"
    )
    reader_of_a(judged, "two")
    judged.blocked(pid, "read")
    end(judged, "two")
    counts = judged.model.processes[pid]
    judged.until(lambda: counts.counts, "it was counted")
    reader_of_a(judged, "two")
    judged.b.write_bytes(b"xxx")
    judged.until(lambda: judged.fill("b").queued == 0, "it has written")
    judged.blocked(pid, "read")
    end(judged, "two")
    judged.until(lambda: len(counts.counts) == 2, "it was counted again")
    assert counts.counts[1].writes - counts.counts[0].writes == 3
    assert judged.findings("sigpipe-ignored") == []
