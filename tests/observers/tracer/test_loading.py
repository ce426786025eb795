"""Who can be traced, by its command line, and what is told when a ring comes early or late."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ipcviz.events import ProcessExec, ProcessObserve
from ipcviz.observers.tracer.loading import refusing_option
from observers.tracer.traced import Traced
from observers.tracer.writing import WrittenRing, WrittenSites
from waiting import wait_until


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["-I", "program.py"], "I"),
        (["-Bs", "-uE", "-c", "pass"], "E"),
        (["-X", "dev", "-W", "error", "-S"], "S"),
        (["-Xdev", "-Werror", "program.py", "-I"], None),
        (["-m", "module", "-S"], None),
        (["-cimport os", "-S"], None),
        (["-", "-I"], None),
        (["--", "-I"], None),
        ([], None),
        (["-X"], None),
    ],
)
def test_the_options_of_python_that_keep_the_tracer_out(
    arguments: list[str], option: str | None
) -> None:
    assert refusing_option(arguments) == option


def loaded(traced: Traced) -> list[bool]:
    traced.log.catch_up()  # what is noticed now is told the next time
    return [event.loaded for event in traced.told(ProcessObserve)]


def test_a_traced_process_is_told_so_once(traced: Traced) -> None:
    assert loaded(traced) == [True]
    WrittenRing(traced.directory, traced.pid, traced.pid + 1)
    assert loaded(traced) == [True]


def test_another_program_is_told_anew_whichever_is_seen_first(traced: Traced) -> None:
    assert loaded(traced) == [True]
    for number, ring_first in enumerate((True, False), 2):
        if ring_first:
            WrittenSites(traced.directory, traced.pid)
            WrittenRing(traced.directory, traced.pid)
            assert loaded(traced) == [True]
        event = ProcessExec(t=traced.log.now(), pid=traced.pid, role="main", command=("x",))
        traced.log.append(event)
        if not ring_first:
            WrittenSites(traced.directory, traced.pid)
            WrittenRing(traced.directory, traced.pid)
        assert loaded(traced) == [True] * number


def test_the_reason_that_the_tracer_gives_is_told(traced: Traced) -> None:
    pid = os.getppid()
    traced.log.append(traced.start(pid, "worker"))
    reason: Path = traced.directory / f"{pid}.why"
    reason.write_bytes(b"no room \xff\n")
    wait_until(lambda: len(traced.told(ProcessObserve)) == 2, "it is told")
    told = traced.told(ProcessObserve)[-1]
    assert (told.pid, told.role, told.loaded, told.why) == (pid, "worker", False, r"no room \xff")
    assert not reason.exists()
