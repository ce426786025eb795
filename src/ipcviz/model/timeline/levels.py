"""How full each pipe was, and when."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right

from ipcviz.events import ChannelRemove, Event, Fill

KEPT = 200_000
"""Changes of a pipe that are kept; the oldest go first."""
_CHUNK = KEPT // 10
_SAMPLES = 64
"""Among so many changes the highest is looked for: a picture a cell wide shows no more."""


class Level:
    """The bytes that lay in one pipe, from each change to the next."""

    def __init__(self) -> None:
        self.most = 0
        """The most that ever lay in it."""
        self.capacity: int | None = None
        self._times = array("q")
        self._bytes = array("q")

    def change(self, t: int, count: int) -> None:
        """From `t` on so many bytes lay in it."""
        index = bisect_right(self._times, t)
        if count == (self._bytes[index - 1] if index else 0):
            return
        self._times.insert(index, t)
        self._bytes.insert(index, count)
        self.most = max(self.most, count)
        if len(self._times) > KEPT + _CHUNK:
            del self._times[:_CHUNK], self._bytes[:_CHUNK]

    def highest(self, start: int, end: int) -> int:
        """The most that lay in it from `start` until before `end`."""
        first, after = bisect_right(self._times, start) - 1, bisect_left(self._times, end)
        if after <= 0:
            return 0
        first = max(0, first)
        return max(self._bytes[first : after : 1 + (after - first) // _SAMPLES], default=0)


class Levels:
    """Folds events into the levels of all pipes."""

    def __init__(self) -> None:
        self._of: dict[str, Level] = {}

    def apply(self, event: Event) -> None:
        """Take in one event."""
        match event:
            case Fill(queued=int(queued)):
                # What was in a pipe that nobody holds went with the last holder: fifo(7).
                held = event.readers or event.writers
                level = self.of(event.channel)
                level.capacity = event.capacity
                level.change(event.t, queued if held else 0)
            case ChannelRemove():
                self.of(event.channel).change(event.t, 0)
            case _:
                pass

    def of(self, channel: str) -> Level:
        """The level of one pipe; one of which nothing was told was empty."""
        return self._of.setdefault(channel, Level())
