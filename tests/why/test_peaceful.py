"""No alarm about programs that wait in peace."""

from __future__ import annotations

import contextlib
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

from programs import needs
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
        for number, kind in enumerate(KINDS):
            if all(shutil.which(program) for program in kind.needs):
                self._start(kind, directory / str(number))
        for name in self._programs:
            folder = directory / str([kind.name for kind in KINDS].index(name))
            wait_until((folder / "ready").exists, f"{name} is ready", deadline=30)
        self.findings = [one for _ in range(LOOKS) for one in self._look()]

    def pids(self, name: str) -> set[int]:
        """The processes of a program: those of its session, and of what it has set apart."""
        mark = f"{self._directory}/{[kind.name for kind in KINDS].index(name)}".encode()
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

    def _start(self, kind: Kind, folder: Path) -> None:
        folder.mkdir()
        stdin: int = subprocess.PIPE if kind.speaks else subprocess.DEVNULL
        stdout: int = subprocess.DEVNULL
        if kind.terminal:
            terminal, stdin = pty.openpty()
            stdout = stdin
            self._terminals += [terminal, stdin]
        self._programs[kind.name] = subprocess.Popen(
            kind.command,
            cwd=folder,
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=os.environ | {"TERM": "xterm", "MAKEFLAGS": ""},
        )

    def _look(self) -> list[dict[str, Any]]:
        """What is found about everybody."""
        told = subprocess.run(
            [sys.executable, "-m", "ipcviz", "why", "--json"], capture_output=True, check=False
        )
        return list(json.loads(told.stdout)["findings"])


def _all_pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _working_directory(pid: int) -> bytes:
    try:
        return os.readlink(f"/proc/{pid}/cwd").encode()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    company = Company(tmp_path_factory.mktemp("peaceful"))
    yield company
    company.close()


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, id=kind.name, marks=[needs(one) for one in kind.needs]) for kind in KINDS],
)
def test_nothing_is_found_about(company: Company, kind: Kind) -> None:
    own = company.pids(kind.name)
    assert own
    alarms = [
        one
        for one in company.findings
        if one["severity"] != "info" and not own.isdisjoint(one["pids"])
    ]
    assert alarms == []


def test_they_are_many() -> None:
    assert len(KINDS) >= MANY
    assert len({kind.name for kind in KINDS}) == len(KINDS)
