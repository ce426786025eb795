"""The story of a run: a row for each thing worth telling, beside the roles' lifelines."""

from __future__ import annotations

from ipcviz import events
from ipcviz.events import Event
from ipcviz.model.bounded import remember
from ipcviz.model.entities import Role
from ipcviz.model.model import Model
from ipcviz.model.timeline.causes import Causes
from ipcviz.model.timeline.deliveries import Deliveries
from ipcviz.model.timeline.ends import Ends
from ipcviz.model.timeline.findings import Findings
from ipcviz.model.timeline.handlers import Handlers
from ipcviz.model.timeline.lifelines import Lifeline
from ipcviz.model.timeline.lives import Lives
from ipcviz.model.timeline.nearest import nearest_role
from ipcviz.model.timeline.rows import Row, Rows
from ipcviz.model.timeline.waits import Waits
from ipcviz.text import bytes_text

_REASONS_AT_MOST = 1_000
"""Reasons for not being traced that are told once."""


class Timeline:
    """Folds events into rows and lifelines. Apply each event to the model first."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.lifelines: dict[str, Lifeline] = {}
        self._rows = Rows()
        self.rows: list[Row] = self._rows.kept
        """Those that are kept, oldest first."""
        self._lives = Lives(model, self._rows, self.lifelines)
        self._causes = Causes(model)
        self._waits = Waits(model, self._rows, self._causes, self.lifelines)
        self._ends = Ends(model, self._rows, self._causes)
        self._deliveries = Deliveries(model, self._rows)
        self._handlers = Handlers()
        self._findings = Findings(model, self._rows, self.lifelines)
        self._reasons_told: dict[tuple[str, str | None], bool] = {}

    @property
    def dropped(self) -> int:
        """How many rows before these are not kept any more."""
        return self._rows.dropped

    def apply(self, event: Event) -> None:
        """Tell one event that the model has just folded in."""
        if self.model.fresh or self.model.fresh_signals:
            self._deliveries.told(event)
            self._causes.signalled(self.model.fresh_signals)
        match event:
            case events.CallReturn() | events.CallEnter():
                self._call(event)
            case events.Session():
                self.lifelines.update((info.name, Lifeline()) for info in event.roles)
            case events.Fill():
                self._ends.told(event)
            case events.Finding():
                self._findings.found(event)
            case events.FindingClear():
                self._findings.cleared(event)
            case events.Difference() | events.Dropped():
                self._doubt(event)
            case events.ProcessObserve():
                self._observed(event)
            case events.ProcessFork():
                self._lives.forked(event)
            case events.SignalSend():
                self._lives.signalled(event)
            case events.Action() if event.role in self.lifelines:
                text = event.label if event.text is None else f"{event.label}: {event.text}"
                self._add(event, event.role or "", "note", text)
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
                if event.state == "zombie":
                    self._lives.ending(event)
            case events.ProcessStart() | events.ProcessExec():
                self._lives.started(event, role)
            case events.ProcessExit():
                self._waits.ended(role, event.t)
                if event.signal is not None:
                    self._waits.killed(role, event.t, self.model.fresh_signals)
                self._lives.ended(event, role)
            case events.ProcessStop() | events.ProcessContinue():
                self._lives.stopped(event, role)
            case events.SignalHandlerEnd():
                row = self._handlers.ended(event, role, self.lifelines[role.name])
                if row is not None:
                    self._rows.add(row)
            case _:
                pass

    def _role_of(self, event: Event) -> Role | None:
        """The role whose present process this event is about."""
        role = self.model.role_of(event.pid)
        if role is None or role.process is None or role.process.pid != event.pid:
            return None
        return role

    def _add(
        self, event: Event, role: str, kind: str, text: str, channel: str | None = None
    ) -> None:
        self._rows.add(Row(event.seq, event.t, role, kind, text, channel=channel))

    def _call(self, event: events.CallEnter | events.CallReturn) -> None:
        role = self._role_of(event)
        if isinstance(event, events.CallEnter):
            self._causes.entered(event)
            if role is not None:
                self._waits.entered(event, role)
            return
        self._causes.returned(event)
        if role is None:
            return
        self._waits.returned(event, role)
        row = self._ends.returned(event, role)
        if row is not None and event.call == "close":
            self._lives.closed(event.pid or 0, row)

    def _doubt(self, event: events.Difference | events.Dropped) -> None:
        """Tell what is not known, or was told wrongly, beside whom it is about."""
        if isinstance(event, events.Difference) and self._is_expected(event):
            return
        channel = self.model.channels.get(event.channel or "")
        info = channel.info if channel is not None else None
        role = nearest_role(self.model, event.pid)
        name = role.name if role is not None else info.writer if info is not None else None
        if name is None or name not in self.lifelines:
            name = next(iter(self.lifelines), "")
        if isinstance(event, events.Difference):
            self._add(event, name, "difference", event.what, event.channel)
            return
        where = f" on {event.channel}" if event.channel is not None else ""
        size = f", {bytes_text(event.bytes)}" if event.bytes else ""
        text = f"{event.count} {event.what}{where} could not be recorded{size}"
        self._add(event, name, "dropped", text, event.channel)

    def _is_expected(self, event: events.Difference) -> bool:
        """Whether nothing disagrees: somebody who uses the channel is known not to be traced, and
        the kernel's count stands for its calls, which are never told."""
        if event.counted_as is None or event.channel is None:
            return False
        pids = {event.pid, *(one.pid for one in self.model.channels[event.channel].holders)}
        users = (self.model.processes.get(pid) for pid in pids if pid is not None)
        return any(one is not None and one.untraced for one in users)

    def _observed(self, event: events.ProcessObserve) -> None:
        role = nearest_role(self.model, event.pid)
        if event.loaded or role is None or (role.name, event.why) in self._reasons_told:
            return
        remember(self._reasons_told, (role.name, event.why), True, _REASONS_AT_MOST)
        why = f": {event.why}" if event.why else ""
        self._add(event, role.name, "note", f"not traced{why}; the kernel's view only")
