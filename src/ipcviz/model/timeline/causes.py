"""Who ended a wait: by an open, a write, a read, a close, a signal or an end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from ipcviz.events import CallEnter, CallReturn, End, Wanted
from ipcviz.model.bounded import remember
from ipcviz.model.channel.message import SignalFlight
from ipcviz.model.entities import Role
from ipcviz.model.model import Model
from ipcviz.model.timeline.lifelines import Segment
from ipcviz.model.timeline.nearest import nearest_role
from ipcviz.model.words import exit_text

_UNDER_WAY = 1 << 63
_KEPT = 10_000
"""Causes that are remembered of each kind: pipes without a name come and go."""
_WORDS: dict[End, str] = {
    "reader": "its open for reading lets it through",
    "writer": "its open for writing lets it through",
    "data": "its write ends the wait",
    "space": "its read makes room",
}
_CLOSES = {"data": "brings the end of file", "space": "leaves no reader"}


class Cause(Struct, frozen=True):
    """What the process did, from when to when."""

    pid: int
    began: int
    t: int
    words: str


class Causes:
    """Keeps the last of each kind for each channel, and the last signal for each process."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._last: dict[tuple[str, str], Cause] = {}
        self._closed: dict[tuple[str, str], Cause] = {}
        self._delivered: dict[int, SignalFlight] = {}

    def entered(self, event: CallEnter) -> None:
        """An open or a write may release another before it returns."""
        if event.channel is not None and event.call in ("open", "write"):
            self._called(event, event.channel, event.t, _UNDER_WAY)

    def returned(self, event: CallReturn) -> None:
        """Remember what the call did, if it did anything."""
        if event.channel is None or event.result is None:
            return
        if event.call != "read" or event.result > 0:
            self._called(event, event.channel, event.began, event.t)

    def opened(
        self, channel: str, end: Literal["reader", "writer"], pid: int, began: int, t: int
    ) -> None:
        """The process opened this end in that time."""
        self._did(channel, end, pid, began, t)

    def closed(self, channel: str, pid: int, began: int, t: int) -> None:
        """The process closed an end, or ended, in that time."""
        process = self._model.processes.get(pid)
        ended = process is not None and (not process.alive or process.state == "zombie")
        for wanted, follows in _CLOSES.items():
            words = f"its {'end' if ended else 'close'} {follows}"
            remember(self._closed, (channel, wanted), Cause(pid, began, t, words), _KEPT)

    def signalled(self, flights: Iterable[SignalFlight]) -> None:
        """Remember the last signal that was delivered to each process."""
        for flight in flights:
            if flight.delivered is not None:
                remember(self._delivered, flight.to, flight, _KEPT)

    def of(self, role: Role, wait: Segment, t: int, nothing: bool) -> tuple[str | None, str] | None:
        """Who released the role at `t` (null for the person), and the words for it; null where
        nothing proves it. `nothing`: its call found the other end closed."""
        for wanted in wait.wait.waits_for if wait.wait is not None else ():
            tables = (self._closed,) if nothing else (self._last, self._closed)
            for table in tables:
                cause = table.get((wanted.channel or "", wanted.end or ""))
                if cause is not None and cause.began <= t and cause.t >= wait.t:
                    other = nearest_role(self._model, cause.pid)
                    if other is not None and other is not role:
                        return other.name, cause.words
            child = self._ended_child(wanted, role)
            if child is not None:
                return child
        return self._signal(role, wait, t)

    def _signal(self, role: Role, wait: Segment, t: int) -> tuple[str | None, str] | None:
        """The signal that ended a pause() or one of its kin."""
        flight = self._delivered.get(role.process.pid) if role.process is not None else None
        if flight is None or wait.wait is None or wait.wait.call != "pause":
            return None
        if flight.delivered is None or not wait.t <= flight.delivered <= t:
            return None
        sender = nearest_role(self._model, flight.sender)
        by = sender.name if sender is not None and sender is not role else None
        return by, f"{flight.signal} ends the wait"

    def _did(self, channel: str, wanted: End, pid: int, began: int, t: int) -> None:
        remember(self._last, (channel, wanted), Cause(pid, began, t, _WORDS[wanted]), _KEPT)

    def _called(self, event: CallEnter | CallReturn, channel: str, began: int, t: int) -> None:
        assert event.pid is not None
        match event.call:
            case "open":
                for end in _ends(event.flags):
                    self.opened(channel, end, event.pid, began, t)
            case "write":
                self._did(channel, "data", event.pid, began, t)
            case "read":
                self._did(channel, "space", event.pid, began, t)
            case "close":
                self.closed(channel, event.pid, began, t)

    def _ended_child(self, wanted: Wanted, role: Role) -> tuple[str, str] | None:
        """The child whose end let wait() return, and the words for it."""
        for pid in wanted.pids:
            process = self._model.processes.get(pid)
            child = self._model.role_of(pid)
            if process is None or child is None or child is role:
                continue
            if process.exit is not None:
                return child.name, f"its end ({exit_text(process.exit)}) ends the wait"
            if process.state == "zombie":
                return child.name, "its end ends the wait"
        return None


def _ends(flags: tuple[str, ...]) -> tuple[Literal["reader", "writer"], ...]:
    if "O_RDWR" in flags:
        return "reader", "writer"
    return ("writer",) if "O_WRONLY" in flags else ("reader",)
