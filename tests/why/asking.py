"""Starts programs, and asks `ipcviz why` about them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from waiting import wait_until

COMMAND = [sys.executable, "-m", "ipcviz", "why"]


class Answer(NamedTuple):
    """What `ipcviz why` said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """Of --json: the one object."""
        return dict(json.loads(self.out))

    @property
    def told(self) -> set[int]:
        """Of --json: the pids of whom it tells."""
        return {one["pid"] for one in self.report["processes"]}


class Asking:
    """Programs in sessions of their own, in a directory with one FIFO, and what is said of them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.fifo = directory / "fifo"
        os.mkfifo(self.fifo)
        self._programs: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str, **settings: Any) -> int:
        """Start a program; its pid."""
        settings.setdefault("stdin", subprocess.DEVNULL)
        settings.setdefault("stdout", subprocess.DEVNULL)
        program = subprocess.Popen(command, cwd=self.directory, start_new_session=True, **settings)
        self._programs.append(program)
        return program.pid

    def opens(self, *command: str) -> int:
        """Start a program that waits in open() of a FIFO, and wait until it does."""
        pid = self.start(*command)
        sleeps_in(pid, "wait_for_partner")
        return pid

    def why(self, *words: object, command: list[str] = COMMAND) -> Answer:
        """Ask."""
        told = subprocess.run(
            [*command, *map(str, words)], capture_output=True, text=True, cwd=self.directory
        )
        return Answer(told.returncode, told.stdout, told.stderr)

    def close(self) -> None:
        """End every session."""
        for program in self._programs:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()
            for stream in (program.stdin, program.stdout):
                if stream is not None:
                    stream.close()


def sleeps_in(pid: int, function: str) -> None:
    """Wait until a process sleeps in a function of the kernel with this in its name."""
    wait_until(lambda: function in Path(f"/proc/{pid}/wchan").read_text(), f"{pid} in {function}")
