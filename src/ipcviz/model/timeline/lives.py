"""The processes' part of the story: how each starts, stops, goes on and ends."""

from __future__ import annotations

from collections import deque

from msgspec import structs

from ipcviz.events import (
    Event,
    ProcessContinue,
    ProcessExec,
    ProcessExit,
    ProcessFork,
    ProcessStart,
    ProcessStop,
    SignalSend,
)
from ipcviz.model.bounded import remember
from ipcviz.model.entities import Role
from ipcviz.model.model import Model
from ipcviz.model.timeline.lifelines import BLINK, Lifeline, Segment
from ipcviz.model.timeline.rows import Row, Rows
from ipcviz.model.words import command_text, exit_text
from ipcviz.text import duration

_FORKS = 1_000
"""Forks whose child is awaited: most play no role."""
_CLOSES = 16
"""Ends of pipes that a process may close as it ends."""


class Lives:
    """Adds the rows, and begins the stretches of the lifelines that these mark."""

    def __init__(self, model: Model, rows: Rows, lifelines: dict[str, Lifeline]) -> None:
        self._model = model
        self._rows = rows
        self._lifelines = lifelines
        self._forks: dict[int, int] = {}
        self._started: dict[int, Row] = {}
        self._closes: dict[int, deque[Row]] = {}

    def forked(self, event: ProcessFork) -> None:
        """A fork is told of at its own time: a look finds the child somewhat later."""
        row = self._started.pop(event.child, None)
        if row is None:
            remember(self._forks, event.child, event.t, _FORKS)
        elif row.t - BLINK <= event.t < row.t:
            self._rows.take_back(row)
            self._rows.add(structs.replace(row, t=event.t))
            self._lifelines[row.role].antedate(row.t, event.t)

    def started(self, event: ProcessStart | ProcessExec, role: Role) -> None:
        """A process plays the role from now on, or runs another program."""
        assert event.pid is not None
        line = self._lifelines[role.name]
        text = command_text(event.command)
        still = line.last is not None and line.last.state not in ("exited", "failed", "killed")
        if isinstance(event, ProcessExec) and still:
            self._rows.add(Row(event.seq, event.t, role.name, "note", f"runs {text} now"))
            return
        t = self._forks.pop(event.pid, event.t)
        ppid = role.process.ppid if role.process is not None else None
        starter = self._model.role_of(ppid)
        by = starter.name if starter is not None else None
        if starter is not None and self._model.processes[ppid or 0].command == event.command:
            text = f"fork, still {text}"
        line.enter(Segment(t, "running"))
        row = Row(event.seq, t, role.name, "start", text, mark="running", by=by)
        self._started[event.pid] = self._rows.add(row)

    def closed(self, pid: int, row: Row) -> None:
        """The process has closed an end of a pipe, as this row tells: perhaps since it ends."""
        self._closes.setdefault(pid, deque(maxlen=_CLOSES)).append(row)

    def ending(self, event: Event) -> None:
        """A process that ends closes all that it holds: its end tells that."""
        for row in self._closes.pop(event.pid or 0, ()):
            if event.t - row.t <= BLINK:
                self._rows.take_back(row)

    def ended(self, event: ProcessExit, role: Role) -> None:
        """The process was reaped."""
        self.ending(event)
        self._started.pop(event.pid or 0, None)
        line = self._lifelines[role.name]
        state = "killed" if event.signal else "failed" if role.failed else "exited"
        before = line.last
        waited = ""
        killed_in_wait = event.signal is not None and before is not None and before.waits
        lasted = event.t - line.since(event.t)
        if killed_in_wait and before is not None and lasted > BLINK:
            waited = f", after {duration(lasted)} in {before.call}"
        line.enter(Segment(event.t, state))
        text = exit_text(event) + waited
        self._rows.add(Row(event.seq, event.t, role.name, "exit", text, mark=state))

    def signalled(self, event: SignalSend) -> None:
        """SIGCONT lets a stopped process go on at once, whatever it makes of it: signal(7)."""
        if event.signal != "SIGCONT" or event.error is not None:
            return
        role = self._model.role_of(event.to)
        line = self._lifelines[role.name] if role is not None else None
        if line is not None and line.last is not None and line.last.state == "stopped":
            line.enter(Segment(event.t, "running"))

    def stopped(self, event: ProcessStop | ProcessContinue, role: Role) -> None:
        """Every thread was stopped, or goes on: told by the signal, if it is known who sent it."""
        if self._model.fresh_signals:
            return
        stopped = isinstance(event, ProcessStop)
        mark = "stopped" if stopped else "running"
        text = "stopped, not by ipcviz" if stopped else "continued, not by ipcviz"
        self._rows.add(Row(event.seq, event.t, role.name, "stop", text, mark=mark))
