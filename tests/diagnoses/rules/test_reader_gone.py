"""reader-gone: a writer whose readers have left."""

from __future__ import annotations

import os

from diagnoses.judging import Judged

RULE = "reader-gone"
_WRITES_LATER = "import time\nfd = os.open(a, os.O_WRONLY)\ntime.sleep(600)"
_SLEEPS = "import time\ntime.sleep(600)"


def _leave(judged: Judged) -> None:
    """Be the reader that the writer waits for, and leave."""
    os.close(os.open(judged.a, os.O_RDONLY))


def test_a_fifo(judged: Judged) -> None:
    pid = judged.python(_WRITES_LATER)
    judged.blocked(pid, "open")
    _leave(judged)
    finding = judged.found(RULE, severity="info", certain=True, pids=(pid,), channel="a")
    (end,) = judged.fill("a").writers
    assert finding.what == (
        f"one (fd {end.fd}) has a open for writing, and nobody has it open for reading."
    )
    assert "fails with EPIPE" in finding.why, "Python ignores SIGPIPE"


def test_a_pipe_of_a_program_that_does_not_ignore_sigpipe(judged: Judged) -> None:
    judged.python(
        "import signal, subprocess\nr, w = os.pipe()\n"
        "signal.signal(signal.SIGPIPE, signal.SIG_DFL)\nos.close(r)\n" + _SLEEPS
    )
    finding = judged.found(RULE)
    assert "has its pipe open for writing" in finding.what
    assert "brings SIGPIPE (pipe(7))" in finding.why


def test_while_there_is_a_reader(judged: Judged) -> None:
    judged.settled(judged.python("os.open(a, os.O_RDWR)\n" + _SLEEPS), state="sleeping")
    assert judged.findings(RULE) == []


def test_once_a_reader_comes(judged: Judged) -> None:
    judged.blocked(judged.python(_WRITES_LATER), "open")
    _leave(judged)
    judged.found(RULE)
    judged.settled(judged.python("os.open(a, os.O_RDONLY)\n" + _SLEEPS, "two"), state="sleeping")
    assert judged.findings(RULE) == []
