"""The story of a run: a row for each thing worth telling, beside the roles' lifelines."""

from __future__ import annotations

from msgspec import structs

from ipcviz import events
from ipcviz.events import Event, ProcessExec, ProcessExit, ProcessStart
from ipcviz.model.causes import Causes
from ipcviz.model.deliveries import Deliveries
from ipcviz.model.ends import Ends
from ipcviz.model.entities import Role
from ipcviz.model.handlers import Handlers
from ipcviz.model.lifelines import BLINK, Lifeline, Segment
from ipcviz.model.model import Model
from ipcviz.model.nearest import nearest_role
from ipcviz.model.rows import Row, Rows
from ipcviz.model.waits import Waits
from ipcviz.model.words import command_text, exit_text
from ipcviz.text import bytes_text, duration

_TOLD_AS_SIGNALS = ("SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT")


class Timeline:
    """Folds events into rows and lifelines. Apply each event to the model first."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.lifelines: dict[str, Lifeline] = {}
        self._rows = Rows()
        self.rows: list[Row] = self._rows.kept
        """Those that are kept, oldest first."""
        self._causes = Causes(model)
        self._ends = Ends(model, self._causes)
        self._handlers = Handlers()
        self._waits = Waits(model, self._rows, self._causes, self.lifelines)
        self._deliveries = Deliveries(model, self._rows)
        self._stops_told: set[int] = set()
        self._forks: dict[int, int] = {}
        self._started: dict[int, Row] = {}
        self._reasons_told: set[tuple[str, str | None]] = set()

    @property
    def dropped(self) -> int:
        """How many rows before these are not kept any more."""
        return self._rows.dropped

    def apply(self, event: Event) -> None:
        """Tell one event that the model has just folded in."""
        if self.model.fresh or self.model.fresh_signals:
            self._deliveries.told(event)
        match event:
            case events.CallReturn() | events.CallEnter():
                self._call(event)
            case events.Session():
                self.lifelines.update((info.name, Lifeline()) for info in event.roles)
            case events.Fill():
                for row in self._ends.told(event):
                    self._rows.add(row)
            case events.Difference() | events.Dropped():
                self._doubt(event)
            case events.ProcessObserve():
                self._observed(event)
            case events.SignalSend(source="ipcviz") if event.signal in _TOLD_AS_SIGNALS:
                self._stops_told.add(event.to)
            case events.ProcessFork():
                self._fork(event)
            case events.Action() if event.role in self.lifelines:
                self._add(event, event.role or "", "note", event.label)
            case _:
                role = self._role_of(event)
                if role is not None:
                    self._process(event, role)
        self._waits.name_causes(event.t)

    def _process(self, event: Event, role: Role) -> None:
        """Tell how the present process of a role fares."""
        match event:
            case events.State():
                self._waits.state(event, role)
            case ProcessStart() | ProcessExec():
                self._start(event, role)
            case ProcessExit():
                self._exit(event, role)
            case events.SignalHandlerEnd():
                self._add_if(self._handlers.ended(event, role, self.lifelines[role.name]))
            case events.ProcessStop() | events.ProcessContinue():
                self._stop(event, role)
            case _:
                pass

    def _role_of(self, event: Event) -> Role | None:
        """The role whose present process this event is about."""
        role = self.model.role_of(event.pid)
        if role is None or role.process is None or role.process.pid != event.pid:
            return None
        return role

    def _add(
        self, event: Event, role: str, kind: str, text: str, mark: str = "", by: str | None = None
    ) -> None:
        self._rows.add(Row(event.seq, event.t, role, kind, text, mark=mark, by=by))

    def _add_if(self, row: Row | None) -> None:
        if row is not None:
            self._rows.add(row)

    def _call(self, event: events.CallEnter | events.CallReturn) -> None:
        role = self._role_of(event)
        if isinstance(event, events.CallEnter):
            self._causes.entered(event)
            if role is not None:
                self._waits.entered(event, role)
            return
        self._causes.returned(event)
        if role is not None:
            self._waits.returned(event, role)
            self._add_if(self._ends.returned(event, role))

    def _doubt(self, event: events.Difference | events.Dropped) -> None:
        """Tell what is not known, or was told wrongly, beside whom it is about."""
        channel = self.model.channels.get(event.channel or "")
        info = channel.info if channel is not None else None
        role = nearest_role(self.model, event.pid)
        name = role.name if role is not None else info.writer if info is not None else None
        if name is None or name not in self.lifelines:
            name = next(iter(self.lifelines), None)
        if name is None:
            return
        if isinstance(event, events.Difference):
            self._add(event, name, "difference", event.what)
            return
        where = f" on {event.channel}" if event.channel is not None else ""
        size = f", {bytes_text(event.bytes)}" if event.bytes else ""
        text = f"{event.count} {event.what}{where} could not be recorded{size}"
        self._add(event, name, "dropped", text)

    def _observed(self, event: events.ProcessObserve) -> None:
        role = nearest_role(self.model, event.pid)
        if event.loaded or role is None or (role.name, event.why) in self._reasons_told:
            return
        self._reasons_told.add((role.name, event.why))
        why = f": {event.why}" if event.why else ""
        self._add(event, role.name, "note", f"not traced{why}; the kernel's view only")

    def _start(self, event: ProcessStart | ProcessExec, role: Role) -> None:
        assert event.pid is not None
        line = self.lifelines[role.name]
        text = command_text(event.command)
        still = line.last is not None and line.last.state not in ("exited", "failed", "killed")
        if isinstance(event, ProcessExec) and still:
            self._add(event, role.name, "note", f"runs {text} now")
            return
        starter = self.model.role_of(role.process.ppid if role.process else None)
        by = starter.name if starter is not None else None
        t = self._forks.pop(event.pid, event.t) if isinstance(event, ProcessStart) else event.t
        line.enter(Segment(t, "running"))
        row = Row(event.seq, t, role.name, "start", text, mark="running", by=by)
        self._started[event.pid] = self._rows.add(row)

    def _fork(self, event: events.ProcessFork) -> None:
        """A look finds a child some time after it was forked."""
        row = self._started.pop(event.child, None)
        if row is None:
            self._forks[event.child] = event.t
        elif row.t - BLINK <= event.t < row.t:
            self._rows.take_back(row)
            self._rows.add(structs.replace(row, t=event.t))
            self.lifelines[row.role].antedate(row.t, event.t)

    def _exit(self, event: ProcessExit, role: Role) -> None:
        self._started.pop(event.pid or 0, None)
        line = self.lifelines[role.name]
        state = "killed" if event.signal else "failed" if role.failed else "exited"
        before = line.last
        waited = ""
        killed_in_wait = event.signal is not None and before is not None and before.waits
        if killed_in_wait and before is not None and event.t - before.t > BLINK:
            waited = f", after {duration(event.t - before.t)} in {before.call}"
        line.enter(Segment(event.t, state))
        self._add(event, role.name, "exit", exit_text(event) + waited, mark=state)

    def _stop(self, event: events.ProcessStop | events.ProcessContinue, role: Role) -> None:
        stopped = isinstance(event, events.ProcessStop)
        mark = "stopped" if stopped else "running"
        text = "stopped" if stopped else "continued"
        if role.process is not None and role.process.pid in self._stops_told:
            self._stops_told.discard(role.process.pid)
        else:
            text += ", not by ipcviz"
        self._add(event, role.name, "stop", text, mark=mark)
