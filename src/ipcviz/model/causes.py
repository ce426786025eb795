"""Who ended a wait: by an open, a write, a read, a close or an end that it waited for."""

from __future__ import annotations

from msgspec import Struct

from ipcviz.events import CallEnter, CallReturn, Wanted
from ipcviz.model.entities import Role
from ipcviz.model.lifelines import Segment
from ipcviz.model.model import Model
from ipcviz.model.nearest import nearest_role
from ipcviz.model.words import exit_text

_UNDER_WAY = 1 << 63
_WORDS = {
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
    """Keeps the last of each kind for each channel."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._last: dict[tuple[str, str], Cause] = {}
        self._closed: dict[tuple[str, str], Cause] = {}

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

    def opened(self, channel: str, end: str, pid: int, began: int, t: int) -> None:
        """The process opened the `reader` or the `writer` end in that time."""
        self._last[channel, end] = Cause(pid, began, t, _WORDS[end])

    def closed(self, channel: str, pid: int, began: int, t: int) -> None:
        """The process closed an end, or ended, in that time."""
        process = self._model.processes.get(pid)
        ended = process is not None and (not process.alive or process.state == "zombie")
        for wanted, follows in _CLOSES.items():
            words = f"its {'end' if ended else 'close'} {follows}"
            self._closed[channel, wanted] = Cause(pid, began, t, words)

    def of(self, role: Role, wait: Segment, t: int, nothing: bool) -> tuple[str, str] | None:
        """Who released the role at `t`, and the words for it; null where nothing proves it.
        `nothing`: its call found the other end closed."""
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
        return None

    def _called(self, event: CallEnter | CallReturn, channel: str, began: int, t: int) -> None:
        assert event.pid is not None
        match event.call:
            case "open":
                for end in _ends(event.flags):
                    self.opened(channel, end, event.pid, began, t)
            case "write":
                self._last[channel, "data"] = Cause(event.pid, began, t, _WORDS["data"])
            case "read":
                self._last[channel, "space"] = Cause(event.pid, began, t, _WORDS["space"])
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


def _ends(flags: tuple[str, ...]) -> tuple[str, ...]:
    if "O_RDWR" in flags:
        return "reader", "writer"
    return ("writer",) if "O_WRONLY" in flags else ("reader",)
