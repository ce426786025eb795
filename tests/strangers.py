"""Programs that are no run of ipcviz: each is started in a session of its own."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from waiting import wait_until


class Strangers:
    """Programs that work in a directory, in which there is one FIFO."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.fifo = directory / "fifo"
        os.mkfifo(self.fifo)
        self._programs: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, *command: str, **settings: Any) -> int:
        """Start a program; its pid."""
        settings.setdefault("stdin", subprocess.DEVNULL)
        settings.setdefault("stdout", subprocess.DEVNULL)
        program = subprocess.Popen(command, cwd=self.directory, start_new_session=True, **settings)
        self._programs[program.pid] = program
        return program.pid

    def waits(self, function: str, *command: str, **settings: Any) -> int:
        """Start a program, and wait until it sleeps in a function of the kernel with this in its
        name."""
        pid = self.start(*command, **settings)
        sleeps_in(pid, function)
        return pid

    def opens(self, *command: str) -> int:
        """Start a program that waits in open() of a FIFO, and wait until it does."""
        return self.waits("wait_for_partner", *command)

    def write(self, pid: int, data: bytes) -> None:
        """Write to the standard input of a program that was started with a pipe for it."""
        stdin = self._programs[pid].stdin
        assert stdin is not None
        stdin.write(data)
        stdin.flush()

    def end(self, pid: int) -> None:
        """End a session, and reap all of it that is, or has become, a child of the tests."""
        program = self._programs.pop(pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        program.wait()
        with contextlib.suppress(ChildProcessError):
            while True:
                os.waitpid(-pid, 0)
        for stream in (program.stdin, program.stdout):
            if stream is not None:
                stream.close()

    def close(self) -> None:
        """End every session."""
        for pid in list(self._programs):
            self.end(pid)


def sleeps_in(pid: int, function: str) -> None:
    """Wait until a process sleeps in such a function."""
    wait_until(lambda: function in Path(f"/proc/{pid}/wchan").read_text(), f"{pid} in {function}")
