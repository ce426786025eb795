"""wrong-file-type: something else than a FIFO stands at its path."""

from __future__ import annotations

import os

import pytest

from diagnoses.judging import Judged
from path_changes import Change, a_directory, a_file, removed, replaced

RULE = "wrong-file-type"
_SLEEPS = "import time\ntime.sleep(600)"


@pytest.mark.parametrize(("change", "kind"), [(a_file, "regular file"), (a_directory, "directory")])
def test_a_declared_channel_that_nobody_has_open(judged: Judged, change: Change, kind: str) -> None:
    judged.settled(judged.python(_SLEEPS), state="sleeping")
    change(judged.a)
    finding = judged.found(RULE, severity="error", certain=True, pids=(), channel="a")
    assert finding.what.endswith(f"is a {kind}, not a FIFO.")


def test_a_fifo_that_somebody_waits_on(judged: Judged) -> None:
    pid = judged.python("os.open(a, os.O_RDONLY)")
    judged.blocked(pid, "open")
    a_file(judged.a)
    finding = judged.found(RULE, pids=(pid,), channel="a")
    assert finding.what.endswith(", and one waits on the FIFO that was there.")
    assert [one.rule for one in judged.findings()] == [RULE]


def test_an_undeclared_one_that_somebody_waits_on(onlooker: Judged) -> None:
    path = onlooker.directory / "c"
    os.mkfifo(path)
    pid = onlooker.python("os.read(os.open('c', os.O_RDWR), 1)")
    onlooker.blocked(pid, "read")
    a_file(path)
    finding = onlooker.found(RULE, pids=(pid,), channel=str(path))
    assert finding.what.startswith(f"{path} is a regular file, not a FIFO")


def test_an_undeclared_one_that_is_held_only(onlooker: Judged) -> None:
    path = onlooker.directory / "c"
    os.mkfifo(path)
    pid = onlooker.python(f"os.open('c', os.O_RDWR)\n{_SLEEPS}")
    onlooker.settled(pid, state="sleeping")
    a_file(path)
    onlooker.until(lambda: onlooker.fill(str(path)).instead, "a file stands there")
    assert onlooker.alarms() == []


@pytest.mark.parametrize("change", [removed, replaced])
def test_no_file_or_another_fifo(judged: Judged, change: Change) -> None:
    judged.settled(judged.python(f"os.open(a, os.O_RDWR)\n{_SLEEPS}"), state="sleeping")
    change(judged.a)
    judged.until(lambda: judged.fill("a").instead, "the path has changed")
    assert judged.alarms() == []


def test_once_a_fifo_stands_there_again(judged: Judged) -> None:
    judged.settled(judged.python(_SLEEPS), state="sleeping")
    a_file(judged.a)
    judged.found(RULE)
    replaced(judged.a)
    judged.until(lambda: judged.fill("a").instead is None, "a FIFO is there")
    assert judged.findings(RULE) == []
