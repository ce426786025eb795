"""The log: every event of a run, in order, and those who want to hear of new ones."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from ipcviz.events import Event

Listener = Callable[[Event], None]


class Log:
    """An append-only list of events that numbers them and tells its listeners of each."""

    def __init__(self) -> None:
        self._began = time.monotonic_ns()
        self.events: list[Event] = []
        self._listeners: list[Listener] = []

    def now(self) -> int:
        """Nanoseconds since the run began, on the monotonic clock."""
        return time.monotonic_ns() - self._began

    def append(self, event: Event) -> None:
        """Give the event the next number, keep it and hand it to every listener."""
        numbered = msgspec.structs.replace(event, seq=len(self.events))
        self.events.append(numbered)
        for listener in self._listeners:
            listener(numbered)

    def listen(self, listener: Listener) -> None:
        """Hand the listener every event so far, and from now on each new one."""
        for event in self.events:
            listener(event)
        self._listeners.append(listener)
