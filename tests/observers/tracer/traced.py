"""A process whose rings are written by hand, and what an observer tells of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from ipcviz.events import Event, ProcessStart
from ipcviz.log import Log
from ipcviz.observers.names import Names
from ipcviz.observers.tracer.observer import TracerObserver
from observers.tracer.writing import WrittenRing, WrittenSites

E = TypeVar("E", bound=Event)


class Traced:
    """This process, as if it were traced: it has a FIFO, the channel `a`, and a pipe."""

    def __init__(self, folder: Path) -> None:
        self.directory = folder / "rings"
        self.directory.mkdir()
        self.path = folder / "a"
        os.mkfifo(self.path)
        self.fifo = self.path.stat()
        self._pipe = os.pipe()
        self.pipe = os.fstat(self._pipe[0])
        self.standard: dict[int, str] = {}
        self.names = Names({"a": self.path}, self.standard)
        self.log = Log()
        self.pid = os.getpid()
        self.observer = TracerObserver(self.directory, self.names, self.log.began)
        self.log.merge(self.observer)
        self.log.append(self.start())
        self.ring = WrittenRing(self.directory, self.pid)
        self.sites = WrittenSites(self.directory, self.pid)

    def start(self, pid: int | None = None, role: str | None = "main") -> ProcessStart:
        """The event that tells of a process's start."""
        command = ("python3", "program.py")
        return ProcessStart(
            t=self.log.now(), pid=pid or self.pid, role=role, ppid=1, command=command
        )

    def told(self, kind: type[E]) -> list[E]:
        """Every event of this kind until now."""
        self.log.catch_up()
        return [event for event in self.log.events if isinstance(event, kind)]

    def close(self) -> None:
        """Close the pipe."""
        for end in self._pipe:
            os.close(end)
