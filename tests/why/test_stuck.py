"""Why programs hang that nobody of ipcviz started, and that nobody disturbs."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from programs import needs
from waiting import wait_until
from why.stuck import Stuck, programs

PROGRAMS = list(programs())
SPINNING = ("eof-spin", "sigpipe-ignored")


class Running:
    """A stuck program, and what `ipcviz why` says of it."""

    def __init__(self, stuck: Stuck, directory: Path) -> None:
        self.directory = directory
        self.program = subprocess.Popen(
            stuck.command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def why(self) -> dict[str, Any]:
        """What is said of its processes now."""
        return why(*(str(pid) for pid in self.pids()))

    def found(self, stuck: Stuck) -> dict[str, Any]:
        """The finding of its rule, once there is one."""

        def fits() -> dict[str, Any] | None:
            return next((one for one in self.why()["findings"] if one["rule"] == stuck.rule), None)

        finding = wait_until(fits, f"{stuck.rule} about {stuck.name}", deadline=20, every=0.1)
        assert finding is not None
        return finding

    def pids(self) -> list[int]:
        """Everybody who works in its directory."""
        mark = str(self.directory)
        return sorted(int(name) for name in os.listdir("/proc") if _works_in(name, mark))

    def pids_of(self, finding: dict[str, Any]) -> set[int]:
        """Whom it is about, but for zombies: they work in no directory any more."""
        return {pid for pid in finding["pids"] if os.path.exists(f"/proc/{pid}/exe")}

    def close(self) -> None:
        """End them all."""
        for pid in {*self.pids(), self.program.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.program.wait()


def why(*words: str) -> dict[str, Any]:
    """What `ipcviz why --json` says."""
    command = [sys.executable, "-m", "ipcviz", "why", "--json", *words]
    told = subprocess.run(command, capture_output=True)
    return dict(json.loads(told.stdout)) if told.stdout else {"findings": [], "processes": []}


def _works_in(pid: str, directory: str) -> bool:
    try:
        return pid.isdigit() and os.readlink(f"/proc/{pid}/cwd") == directory
    except OSError:
        return False


def switches(pids: list[int]) -> list[str]:
    """How often each thread of these gave up or lost its processor."""
    return [
        line
        for pid in pids
        for task in sorted(Path(f"/proc/{pid}/task").iterdir())
        for line in (task / "status").read_text().splitlines()
        if "ctxt_switches" in line
    ]


@pytest.fixture(
    params=[
        pytest.param(one, id=one.name, marks=[needs(one.needs)] if one.needs is not None else [])
        for one in PROGRAMS
    ]
)
def stuck(request: pytest.FixtureRequest) -> Stuck:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def running(stuck: Stuck, tmp_path: Path) -> Iterator[Running]:
    with contextlib.closing(Running(stuck, tmp_path)) as running:
        yield running


def test_the_cause_is_named(stuck: Stuck, running: Running) -> None:
    finding = running.found(stuck)
    assert finding["certain"] is stuck.certain
    assert running.pids_of(finding) <= set(running.pids())
    if stuck.channel is not None:
        assert finding["channel"] == str(running.directory / stuck.channel)
    said = " ".join(finding[key] for key in ("what", "why", "do"))
    for word in stuck.words:
        assert word in said
    if stuck.call is not None:
        told = running.why()["processes"]
        assert stuck.call in {one["call"] for one in told if one["pid"] in finding["pids"]}


@pytest.fixture
def asleep(tmp_path: Path) -> Iterator[list[int]]:
    """All of them that do not run, at once: their pids, once each sleeps in its call."""
    company = []
    with contextlib.ExitStack() as ending:
        for number, one in enumerate(PROGRAMS):
            if one.rule not in SPINNING and shutil.which(one.needs or "sh") is not None:
                (tmp_path / str(number)).mkdir()
                running = Running(one, tmp_path / str(number))
                company.append((one, ending.enter_context(contextlib.closing(running))))
        for one, running in company:
            running.found(one)
        yield [pid for _, running in company for pid in running.pids()]


def test_nobody_is_disturbed(asleep: list[int]) -> None:
    before = switches(asleep)
    told = [why(), why(*map(str, asleep))]
    assert all(one["findings"] for one in told)
    assert switches(asleep) == before
