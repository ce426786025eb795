"""The log: every event of a run, in order, and those who want to hear of new ones."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec import structs

from ipcviz.events import CallReturn, Event, Output

KEPT = 200_000
"""The latest events that are kept."""
CONTENTS_KEPT = 64 << 20
"""Characters of contents and output in them. Where there are more, fewer events are kept."""
_PART = 8
"""Events over KEPT go when they are one of so many parts of it: one by one would be slow."""

Listener = Callable[[Event], None]


class Source(Protocol):
    """Has seen things happen, and tells of each when it is asked, in the order of time."""

    def until(self, moment: int) -> Iterable[Event]:
        """What has happened until then, in nanoseconds since the run began, and was not told."""
        ...

    def before(self, event: Event) -> Iterable[Event]:
        """What is to be told before this event of another source."""
        ...


class Log:
    """A list of events that numbers them, tells its listeners of each, and keeps the latest.

    What another source has to tell is asked for before anything is appended, so that the events
    of both stand in the order in which they happened. What comes too late for that is marked.
    """

    def __init__(self) -> None:
        self._began = time.monotonic_ns()
        self.events: list[Event] = []
        """Those that are kept, oldest first."""
        self._first = 0
        self._contents = 0
        self._listeners: list[Listener] = []
        self._source: Source | None = None
        self._latest = 0

    @property
    def began(self) -> int:
        """When the run began, in nanoseconds of CLOCK_MONOTONIC (clock_gettime(2))."""
        return self._began

    @property
    def first(self) -> int:
        """The seq of the oldest event that is kept."""
        return self._first

    @property
    def end(self) -> int:
        """The seq that the next event will have."""
        return self._first + len(self.events)

    def now(self) -> int:
        """Nanoseconds since the run began, on the monotonic clock."""
        return time.monotonic_ns() - self._began

    def merge(self, source: Source) -> None:
        """Ask this source, too, for what happened, from now on."""
        self._source = source

    def append(self, event: Event) -> None:
        """Keep the event, after all that the other source has to tell until then."""
        if self._source is not None:
            for earlier in self._source.before(event):
                self._add(earlier)
        self._add(event)

    def catch_up(self, until: int | None = None) -> None:
        """Append what the other source has to tell until a moment, or until now."""
        if self._source is not None:
            for event in self._source.until(self.now() if until is None else until):
                self._add(event)

    def listen(self, listener: Listener) -> None:
        """Hand the listener every event that is kept, and from now on each new one: one that
        listens from the start misses none."""
        for event in self.events:
            listener(event)
        self._listeners.append(listener)

    def _add(self, event: Event) -> None:
        late = event.t < self._latest
        self._latest = max(self._latest, event.t)
        numbered = structs.replace(event, seq=self.end, late=late)
        self.events.append(numbered)
        self._contents += _contents(numbered)
        if len(self.events) > KEPT + KEPT // _PART or self._contents > CONTENTS_KEPT:
            self._forget_oldest()
        for listener in self._listeners:
            listener(numbered)

    def _forget_oldest(self) -> None:
        count = len(self.events) // (_PART + 1) + 1
        self._contents -= sum(map(_contents, self.events[:count]))
        del self.events[:count]
        self._first += count


def _contents(event: Event) -> int:
    """How many characters the event holds that a program wrote or read."""
    match event:
        case CallReturn(data=str(text)) | Output(text=text):
            return len(text)
        case _:
            return 0
