"""Runs real programs under a kernel observer, and asks what it told of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ipcviz.events import Event, Fill, ProcessExec, ProcessExit, ProcessStart, State
from ipcviz.log import Log
from ipcviz.observers.kernel.observer import Claim, KernelObserver
from waiting import wait_until

E = TypeVar("E", bound=Event)
Answer = TypeVar("Answer")

_PR_SET_CHILD_SUBREAPER = 36
EXIT_AFTER_TEST = "import ctypes, signal; ctypes.CDLL(None).prctl(1, signal.SIGKILL)\n"
"""Set in front of every Python program: it does not outlive the test (PR_SET_PDEATHSIG)."""


def become_subreaper() -> None:
    """Let orphans become children of this process, as ipcviz does (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children_of_tests() -> set[int]:
    """The children of this process, read without any code of ipcviz."""
    found: set[int] = set()
    for thread in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):
            found.update(map(int, (thread / "children").read_text().split()))
    return found


class Watched:
    """Programs, two FIFOs `a` and `b`, and an observer of them."""

    def __init__(self, directory: Path, claims: tuple[Claim, ...] = ()) -> None:
        become_subreaper()
        self.directory = directory
        self.a, self.b = directory / "a", directory / "b"
        os.mkfifo(self.a)
        os.mkfifo(self.b)
        self.log = Log()
        self.pipes: dict[int, str] = {}
        self.programs: dict[str, subprocess.Popen[bytes]] = {}
        self.observer = KernelObserver(
            self.log,
            {"a": self.a, "b": self.b},
            claims,
            self.pipes,
            apart=children_of_tests(),
        )

    def python(self, code: str, role: str = "one", **settings: Any) -> int:
        """Start Python code, which has the FIFOs' paths as `a` and `b`, `os` and `sys`."""
        head = f"{EXIT_AFTER_TEST}import os, sys\na, b = {str(self.a)!r}, {str(self.b)!r}\n"
        return self.start([sys.executable, "-c", head + code], role, **settings)

    def start(self, command: list[str], role: str = "one", **settings: Any) -> int:
        """Start a program in the test's directory; its pid."""
        settings.setdefault("stdin", subprocess.DEVNULL)
        program = subprocess.Popen(command, cwd=self.directory, **settings)
        self.programs[role] = program
        if program.stdin is not None:
            self.pipes[os.fstat(program.stdin.fileno()).st_ino] = "stdin"
        return program.pid

    @property
    def children(self) -> dict[int, str]:
        """The children that are not reaped yet, as a supervisor knows them."""
        return {
            program.pid: role
            for role, program in self.programs.items()
            if program.returncode is None
        }

    def look(self) -> bool:
        """One look."""
        return self.observer.look(self.children)

    def told(self, kind: type[E], **fields: object) -> list[E]:
        """The events of this kind with these fields."""
        return [
            event
            for event in self.log.events
            if isinstance(event, kind)
            and all(getattr(event, name) == value for name, value in fields.items())
        ]

    def state(self, pid: int, tid: int | None = None) -> State | None:
        """The latest state of a thread, by default the main one."""
        told = self.told(State, pid=pid, tid=tid or pid)
        return told[-1] if told else None

    def tids(self, pid: int) -> set[int]:
        """The threads of a process that were told of."""
        return {event.tid for event in self.told(State, pid=pid) if event.tid is not None}

    def fill(self, channel: str) -> Fill:
        """The latest of a channel."""
        return self.told(Fill, channel=channel)[-1]

    def until(self, condition: Callable[[], Answer], what: str) -> Answer:
        """Look until the condition holds; what it answered."""

        def asked() -> Answer:
            self.look()
            return condition()

        return wait_until(asked, what)

    def settled(self, pid: int, tid: int | None = None, **fields: Any) -> State:
        """Look until a thread's state has these fields, and both reads of it were equal."""

        def fits() -> State | None:
            state = self.state(pid, tid)
            wanted = {"agreed": True, **fields}
            if state is None or any(getattr(state, name) != wanted[name] for name in wanted):
                return None
            return state

        try:
            state = self.until(fits, f"thread {tid or pid} is {fields}")
        except AssertionError as failure:
            raise AssertionError(f"{failure}; it is {self.state(pid, tid)}") from None
        assert state is not None
        return state

    def blocked(self, pid: int, call: str, **fields: Any) -> State:
        """Look until a thread is blocked in this call."""
        return self.settled(pid, state="blocked", call=call, **fields)

    def started(self, part: str) -> int:
        """Look until a descendant runs a command line that holds `part`; its pid."""

        def found() -> int | None:
            told: list[ProcessStart | ProcessExec] = [*self.told(ProcessStart)]
            told += self.told(ProcessExec)
            return next((one.pid for one in told if part in " ".join(one.command)), None)

        pid = self.until(found, f"a descendant with {part}")
        assert pid is not None
        return pid

    def ended(self, pid: int) -> ProcessExit:
        """Look until a descendant's exit is told, reaping orphans as a session does."""

        def found() -> ProcessExit | None:
            for orphan in self.observer.orphans:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(orphan, os.WNOHANG)
            return next(iter(self.told(ProcessExit, pid=pid)), None)

        event = self.until(found, f"process {pid} ends")
        assert event is not None
        return event

    def sleeps(self, pid: int, seconds: float = 0.0) -> None:
        """Wait, without a look, until a process has slept in open() of a FIFO for so long."""
        since: list[float] = []

        def slept() -> bool:
            if Path(f"/proc/{pid}/wchan").read_text() == "wait_for_partner":
                since.append(time.monotonic())
            return bool(since) and time.monotonic() - since[0] >= seconds

        wait_until(slept, f"{pid} sleeps")

    def close(self) -> None:
        """End every program and all that they started, and reap them."""
        descendants = [event.pid for event in self.told(ProcessStart)]
        ended = {event.pid for event in self.told(ProcessExit)}
        for program in self.programs.values():
            program.kill()
            program.wait()
            for stream in (program.stdin, program.stdout):
                if stream is not None:
                    with contextlib.suppress(BrokenPipeError):
                        stream.close()
        for pid in descendants:
            if pid is not None and pid not in ended:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)
        self.observer.close()
