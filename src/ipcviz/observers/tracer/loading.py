"""Whether the tracer is in a process, and if not, why."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from ipcviz.events import ProcessObserve
from ipcviz.observers.kernel.procfs import parse_command, read
from ipcviz.observers.tracer.injection import DIRECTORY_VARIABLE, FOLDER

SETTLED_AFTER = 50_000_000
"""Nanoseconds after which a process's program is looked at: before, it may be about to run
another one."""
GIVEN_UP_AFTER = 3_000_000_000
"""Nanoseconds within which the tracer says that it is there, in a program that has no reason
against it: the machine may be busy."""
BY_SCENARIO = "as its scenario asks"
_PYTHON = re.compile(r"(python|pypy)[\d.]*t?d?")
_LONGEST = 1 << 20


class _Process(Struct):
    role: str | None
    since: int
    loaded: bool | None = None
    looked_at: bool = False


class Loading:
    """What is told of each process: whether it is traced, once for each program that it runs.

    kernel_only: the roles that the scenario wants to be left alone.
    """

    def __init__(self, kernel_only: Collection[str]) -> None:
        self._kernel_only = kernel_only
        self._processes: dict[int, _Process] = {}
        self._undecided: set[int] = set()
        self._early: set[int] = set()
        """Those with a ring that belongs to a beginning that is not seen yet."""

    def begins(self, pid: int, role: str | None, now: int) -> Iterator[ProcessObserve]:
        """A process was seen to begin, or to run another program."""
        process = self._processes[pid] = _Process(role, now)
        self._undecided.add(pid)
        if pid in self._early:
            yield self._tell(pid, process, now, None)

    def ends(self, pid: int) -> None:
        """The process has ended."""
        self._processes.pop(pid, None)
        self._undecided.discard(pid)
        self._early.discard(pid)

    def loaded(self, pid: int, now: int, main: bool) -> Iterator[ProcessObserve]:
        """The tracer is in this process, since a new ring of it is there: of its main thread,
        or of another. It may come before it was seen that the process runs another program."""
        process = self._processes.get(pid)
        if process is not None and process.loaded is not True:
            yield self._tell(pid, process, now, None)
        elif process is None or main:
            self._early.add(pid)

    def refused(self, pid: int, why: str, now: int) -> Iterator[ProcessObserve]:
        """The calls of this process are told no more, or never were."""
        process = self._processes.get(pid)
        if process is not None and process.loaded is not False:
            yield self._tell(pid, process, now, why)

    def decide(self, now: int) -> Iterator[ProcessObserve]:
        """Those in whom it is clear by now that the tracer is not."""
        for pid in sorted(self._undecided):
            process = self._processes[pid]
            age = now - process.since
            if age >= SETTLED_AFTER and not process.looked_at:
                process.looked_at = True
                why = BY_SCENARIO if process.role in self._kernel_only else why_not(pid)
                if why is not None:
                    yield self._tell(pid, process, now, why)
            elif age >= GIVEN_UP_AFTER:
                yield self._tell(pid, process, now, "the tracer did not begin in it")

    def _tell(self, pid: int, process: _Process, now: int, why: str | None) -> ProcessObserve:
        process.loaded = why is None
        self._undecided.discard(pid)
        self._early.discard(pid)
        return ProcessObserve(
            t=now, source="tracer", pid=pid, role=process.role, loaded=why is None, why=why
        )


def why_not(pid: int) -> str | None:
    """Why the program that a process runs cannot be traced; null where it can, or has ended."""
    try:
        program = os.readlink(f"/proc/{pid}/exe").rpartition("/")[2]
        if not _PYTHON.fullmatch(program.removesuffix(" (deleted)")):
            return "not a Python program"
        option = refusing_option(parse_command(read(f"/proc/{pid}/cmdline", _LONGEST))[1:])
        if option is not None:
            return f"Python was started with -{option}, which keeps the tracer out"
        variables = read(f"/proc/{pid}/environ", _LONGEST).split(b"\0")
    except OSError:
        return None
    names = dict(variable.partition(b"=")[::2] for variable in variables)
    path = names.get(b"PYTHONPATH", b"").split(os.fsencode(os.pathsep))
    if DIRECTORY_VARIABLE.encode() not in names or os.fsencode(FOLDER) not in path:
        return "it was started without the environment that loads the tracer"
    return None


def refusing_option(arguments: Sequence[str]) -> str | None:
    """The option of Python among these arguments that keeps the tracer out: E, I or S."""
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-") or argument in ("-", "--") or argument.startswith("--"):
            return None
        for at, letter in enumerate(argument[1:], 2):
            if letter in "EIS":
                return letter
            if letter in "cm":
                return None
            if letter in "WX":
                if at == len(argument):
                    next(rest, None)
                break
    return None
