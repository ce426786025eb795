"""The log: every event of a run, in order, and those who want to hear of new ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from msgspec import structs

from ipcviz.events import Event

Listener = Callable[[Event], None]
Source = Callable[[int], Iterable[Event]]
"""Gives what has happened until a moment, in nanoseconds since the run began, and was not told
yet: in the order in which it happened."""


class Log:
    """An append-only list of events that numbers them and tells its listeners of each.

    What another source has to tell is asked for before anything is appended, so that the events
    of both stand in the order in which they happened. What comes too late for that is marked.
    """

    def __init__(self) -> None:
        self._began = time.monotonic_ns()
        self.events: list[Event] = []
        self._listeners: list[Listener] = []
        self._source: Source | None = None
        self._latest = 0

    @property
    def began(self) -> int:
        """When the run began, in nanoseconds of CLOCK_MONOTONIC (clock_gettime(2))."""
        return self._began

    def now(self) -> int:
        """Nanoseconds since the run began, on the monotonic clock."""
        return time.monotonic_ns() - self._began

    def merge(self, source: Source) -> None:
        """Ask this source, too, for what happened, from now on."""
        self._source = source

    def append(self, event: Event) -> None:
        """Keep the event, after all that the other source has to tell until then."""
        self.catch_up(event.t)
        self._add(event)

    def catch_up(self, until: int | None = None) -> None:
        """Append what the other source has to tell until a moment, or until now."""
        if self._source is not None:
            for event in self._source(self.now() if until is None else until):
                self._add(event)

    def listen(self, listener: Listener) -> None:
        """Hand the listener every event so far, and from now on each new one."""
        for event in self.events:
            listener(event)
        self._listeners.append(listener)

    def _add(self, event: Event) -> None:
        late = event.t < self._latest
        self._latest = max(self._latest, event.t)
        numbered = structs.replace(event, seq=len(self.events), late=late)
        self.events.append(numbered)
        for listener in self._listeners:
            listener(numbered)
