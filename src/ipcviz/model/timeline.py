"""The story of a run: a row for each thing worth telling, beside the roles' lifelines."""

from __future__ import annotations

from dataclasses import replace

from ipcviz import events
from ipcviz.events import Event, ProcessExec, ProcessExit, ProcessStart, State
from ipcviz.model.ends import Ends
from ipcviz.model.entities import Role
from ipcviz.model.lifelines import BLINK, Lifeline, Segment
from ipcviz.model.model import Model
from ipcviz.model.rows import Row
from ipcviz.model.words import call_text, command_text, exit_text
from ipcviz.text import bytes_text, duration

_TOLD_AS_SIGNALS = ("SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGCONT")


class Timeline:
    """Folds events into rows and lifelines. Apply each event to the model first."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.rows: list[Row] = []
        self.lifelines: dict[str, Lifeline] = {}
        self._ends = Ends(model)
        self._stops_told: set[int] = set()

    def apply(self, event: Event) -> None:
        """Tell one event that the model has just folded in."""
        role = self._role_of(event)
        match event:
            case events.Session():
                self.lifelines = {info.name: Lifeline() for info in event.roles}
            case ProcessStart() | ProcessExec() if role is not None:
                self._start(event, role)
            case State() if role is not None:
                self._state(event, role)
            case ProcessExit() if role is not None:
                self._exit(event, role)
            case events.Fill():
                self.rows.extend(self._ends.told(event))
            case events.SignalSend():
                self._signal(event)
            case events.ProcessStop() | events.ProcessContinue() if role is not None:
                self._stop(event, role)
            case events.Action() if event.role in self.lifelines:
                self._add(event, event.role or "", "note", event.label)
            case events.Dropped() if role is not None:
                text = f"{event.count} {event.what} not kept, {bytes_text(event.bytes)}"
                self._add(event, role.name, "note", text)
            case _:
                pass

    def _role_of(self, event: Event) -> Role | None:
        """The role whose present process this event is about."""
        role = self.model.role_of(event.pid)
        if role is None or role.process is None or role.process.pid != event.pid:
            return None
        return role

    def _add(
        self,
        event: Event,
        role: str,
        kind: str,
        text: str,
        mark: str = "",
        by: str | None = None,
        detail: str = "",
    ) -> None:
        self.rows.append(Row(event.seq, event.t, role, kind, text, mark=mark, by=by, detail=detail))

    def _start(self, event: ProcessStart | ProcessExec, role: Role) -> None:
        line = self.lifelines[role.name]
        text = command_text(event.command)
        still = line.last is not None and line.last.state not in ("exited", "failed", "killed")
        if isinstance(event, ProcessExec) and still:
            self._add(event, role.name, "note", f"runs {text} now")
            return
        line.enter(Segment(event.t, "running"))
        starter = self.model.role_of(role.process.ppid if role.process else None)
        by = starter.name if starter is not None else None
        self._add(event, role.name, "start", text, mark="running", by=by)

    def _state(self, event: State, role: Role) -> None:
        assert role.process is not None
        telling = role.process.telling
        if telling is None:
            return
        line = self.lifelines[role.name]
        now = Segment(event.t, telling.state, call_text(self.model, telling), telling)
        before = line.last
        if before is not None and before.same_as(now):
            return
        left = line.rejoin(now)
        if left is not None:
            self._untell_release(role.name, left.t)
            return
        line.enter(now)
        if before is not None and before.waits and (now.waits or now.state == "running"):
            self._release(event, role, before, now)
        if now.waits or now.state == "zombie":
            self._add(event, role.name, "block", _wait_words(now), mark=now.state)

    def _untell_release(self, role: str, t: int) -> None:
        for index in range(len(self.rows) - 1, -1, -1):
            row = self.rows[index]
            if row.t < t:
                return
            if row.role == role and row.kind == "go on":
                del self.rows[index]
                return

    def _release(self, event: State, role: Role, before: Segment, now: Segment) -> None:
        if before.state == "ready":
            if not now.waits:
                self._add(event, role.name, "go on", "goes on", mark="running")
            return
        waited = duration(event.t - before.t)
        released = self._ends.releaser(role, before) or self._ended_child(role, before)
        by, how = released or (None, "goes on")
        text = f"{how}, after {waited}" if by else f"{how}, after {waited} in {before.call}"
        self._add(event, role.name, "go on", text, mark="running", by=by)
        self._tell_before_its_deeds(role.name)

    def _tell_before_its_deeds(self, role: str) -> None:
        """Of one look: what the role opened, closed, wrote or took it did after it went on."""
        went_on = self.rows.pop()
        place = len(self.rows)
        for index in range(len(self.rows) - 1, -1, -1):
            row = self.rows[index]
            if row.t != went_on.t:
                break
            if role in (row.role, row.to) and row.kind in ("end", "fill", "drain"):
                place = index
        if place < len(self.rows):
            went_on = replace(went_on, seq=self.rows[place].seq)
        self.rows.insert(place, went_on)

    def _ended_child(self, role: Role, before: Segment) -> tuple[str, str] | None:
        """The child whose end let wait() return, and the words for it."""
        awaited = before.wait.waits_for if before.wait is not None else ()
        for pid in (pid for wanted in awaited for pid in wanted.pids):
            process = self.model.processes.get(pid)
            child = self.model.role_of(pid)
            if process is None or child is None or child is role:
                continue
            if process.exit is not None:
                return child.name, f"its end ({exit_text(process.exit)}) ends the wait"
            if process.state == "zombie":
                return child.name, "its end ends the wait"
        return None

    def _exit(self, event: ProcessExit, role: Role) -> None:
        line = self.lifelines[role.name]
        state = "killed" if event.signal else "failed" if role.failed else "exited"
        before = line.last
        waited = ""
        killed_in_wait = event.signal is not None and before is not None and before.waits
        if killed_in_wait and before is not None and event.t - before.t > BLINK:
            waited = f", after {duration(event.t - before.t)} in {before.call}"
        line.enter(Segment(event.t, state))
        self._add(event, role.name, "exit", exit_text(event) + waited, mark=state)

    def _signal(self, event: events.SignalSend) -> None:
        target = self.model.role_of(event.to)
        if target is None:
            return
        sender = self.model.role_of(event.pid)
        if event.source == "ipcviz":
            if event.signal in _TOLD_AS_SIGNALS:
                self._stops_told.add(event.to)
            self._add(event, target.name, "signal", f"{event.signal} by you")
        elif sender is not None:
            self._add(event, target.name, "signal", event.signal, by=sender.name)

    def _stop(self, event: events.ProcessStop | events.ProcessContinue, role: Role) -> None:
        stopped = isinstance(event, events.ProcessStop)
        mark = "stopped" if stopped else "running"
        text = "stopped" if stopped else "continued"
        if role.process is not None and role.process.pid in self._stops_told:
            self._stops_told.discard(role.process.pid)
        else:
            text += ", not by ipcviz"
        self._add(event, role.name, "stop", text, mark=mark)


def _wait_words(segment: Segment) -> str:
    if segment.state == "ready":
        return "is ready for a line on its standard input"
    if segment.state == "zombie":
        return "has ended, nobody has waited for it yet"
    return f"blocks in {segment.call}" if segment.call else "blocks"
