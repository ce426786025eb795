"""No alarm about programs that wait in peace."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from programs import REQUIRE_ALL
from waiting import wait_until
from why.peaceful import Kind, kinds

KINDS = list(kinds())
MANY = 40
LOOKS = 3


class Company:
    """All of them at once, and the findings of a few looks about each."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self._terminals: list[int] = []
        self.findings: list[dict[str, Any]] = []
        for kind in KINDS:
            if all(shutil.which(program) for program in kind.needs):
                self._start(kind)

    def look(self) -> None:
        """Look a few times at everybody, once each has set up what it has to."""
        for name in self.running:
            wait_until((self._folder(name) / "ready").exists, f"{name} is ready", deadline=60)
        self.findings = [one for _ in range(LOOKS) for one in self._look()]

    @property
    def running(self) -> list[str]:
        """The names of those that run."""
        return list(self._programs)

    @property
    def missing(self) -> set[str]:
        """The programs that some need and that are not there."""
        needed = {program for kind in KINDS for program in kind.needs}
        return {program for program in needed if shutil.which(program) is None}

    def pids(self, name: str) -> set[int]:
        """The processes of a program: those of its session, and of what it has set apart."""
        mark = bytes(self._folder(name))
        return {pid for pid in _all_pids() if _working_directory(pid) == mark}

    def close(self) -> None:
        """End every program with all that it started."""
        for name, program in self._programs.items():
            for pid in {*self.pids(name), program.pid}:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            program.wait()
            if program.stdin is not None:
                program.stdin.close()
        for terminal in self._terminals:
            os.close(terminal)

    def _folder(self, name: str) -> Path:
        return self._directory / name.replace(" ", "-").replace("'", "")

    def _start(self, kind: Kind) -> None:
        folder = self._folder(kind.name)
        folder.mkdir()
        stdin: int = subprocess.PIPE if kind.speaks else subprocess.DEVNULL
        stdout: int = subprocess.DEVNULL
        enter = None
        if kind.terminal:
            terminal, stdin = pty.openpty()
            stdout = stdin
            self._terminals += [terminal, stdin]
            enter = functools.partial(os.login_tty, stdin)
        self._programs[kind.name] = subprocess.Popen(
            kind.command,
            cwd=folder,
            stdin=stdin,
            stdout=stdout,
            stderr=stdout,
            start_new_session=not kind.terminal,
            preexec_fn=enter,
            env=os.environ | {"TERM": "xterm", "MAKEFLAGS": ""},
        )

    def _look(self) -> list[dict[str, Any]]:
        """What is found about everybody."""
        told = subprocess.run(
            [sys.executable, "-m", "ipcviz", "why", "--json"], capture_output=True
        )
        assert told.stdout, told.stderr.decode()
        return list(json.loads(told.stdout)["findings"])


def _all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _working_directory(pid: int) -> bytes:
    try:
        return os.readlink(f"/proc/{pid}/cwd").encode()
    except OSError:
        return b""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with contextlib.closing(Company(tmp_path)) as company:
        company.look()
        yield company


def test_nothing_is_found_about_any(company: Company) -> None:
    if os.environ.get(REQUIRE_ALL):
        assert company.missing == set()
    alarms = [one for one in company.findings if one["severity"] != "info"]
    for name in company.running:
        own = company.pids(name)
        assert own, f"{name} has ended"
        assert [one for one in alarms if not own.isdisjoint(one["pids"])] == [], name


def test_they_are_many() -> None:
    assert len(KINDS) >= MANY
    assert len({kind.name for kind in KINDS}) == len(KINDS)
