"""The model at any moment: it is folded anew from the nearest copy that was made on the way."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import NamedTuple

from ipcviz.events import Event
from ipcviz.log import Log
from ipcviz.model.model import Model

EVERY = 1_000
"""Events between two copies: to fold so many again takes some milliseconds."""


class _Copy(NamedTuple):
    """The model before the event `seq`."""

    seq: int
    model: Model


class History:
    """Follows a log and the model that is folded from it, which must hear of an event first.

    It reaches back as far as the log keeps its events, less what lies before the first copy.
    """

    def __init__(self, model: Model, log: Log) -> None:
        self._model = model
        self._log = log
        whole = log.first == 0
        start = _Copy(0, Model()) if whole else _Copy(log.end, model.snapshot())
        self._copies = deque([start])
        log.listen(self._heard)

    @property
    def first(self) -> int:
        """The oldest event after which the model can be given."""
        return self._copies[0].seq

    def at(self, seq: int) -> Model:
        """The model as it was just after the event `seq`: a copy, which the caller may keep.

        Raises LookupError for an event that is not kept, or has not happened yet.
        """
        log = self._log
        if not self.first <= seq < log.end:
            raise LookupError(f"event {seq} is not kept")
        index = bisect_right(self._copies, seq, key=lambda one: one.seq) - 1
        begin, model = self._copies[index]
        model = model.snapshot()
        for event in log.events[begin - log.first : seq + 1 - log.first]:
            model.apply(event)
        return model

    def settled(self, seq: int) -> Model:
        """The model after the event `seq` and all that follow it with the same time: one look of
        the kernel's observer tells many, and only together they are how things stood.

        Raises LookupError as `at`.
        """
        log = self._log
        while log.first <= seq < log.end - 1 and self._time(seq + 1) == self._time(seq):
            seq += 1
        return self.at(seq)

    def _time(self, seq: int) -> int:
        return self._log.events[seq - self._log.first].t

    def _heard(self, event: Event) -> None:
        end = self._log.end
        latest = event.seq + 1 == end  # what a new listener is told first is older than the model
        if latest and end - self._copies[-1].seq >= EVERY:
            self._copies.append(_Copy(end, self._model.snapshot()))
        while self._copies[0].seq < self._log.first and len(self._copies) > 1:
            self._copies.popleft()
