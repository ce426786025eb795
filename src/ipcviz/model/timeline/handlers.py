"""The handlers' part of the story: a handler is told of where it is more than a signal's end."""

from __future__ import annotations

from ipcviz.events import SignalHandlerEnd
from ipcviz.model.entities import Role
from ipcviz.model.timeline.lifelines import BLINK, Lifeline
from ipcviz.model.timeline.rows import Row
from ipcviz.text import duration

_AGAIN = 1_000_000_000
"""Nanoseconds within which it is not said again that a wait goes on after the same handler."""


class Handlers:
    """Tells of a handler where it is more than the end of a signal."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], int] = {}

    def ended(self, event: SignalHandlerEnd, role: Role, line: Lifeline) -> Row | None:
        """The row for a handler that raised an exception or took long, or after which the wait
        that it interrupted goes on."""
        took, last = event.t - event.began, line.last
        if event.error:
            text = f"the handler of {event.signal} raises an exception, after {duration(took)}"
        elif took >= BLINK:
            text = f"the handler of {event.signal} ends, after {duration(took)}"
        elif last is not None and last.waits and last.t < event.began:
            if event.t - self._told.get((role.name, event.signal), -_AGAIN) < _AGAIN:
                return None
            self._told[role.name, event.signal] = event.t
            text = f"the handler of {event.signal} ran, {last.call} goes on"
        else:
            return None
        return Row(event.seq, event.t, role.name, "handler", text)
