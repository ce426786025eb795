"""The log keeps the latest events, and tells every listener of each."""

from __future__ import annotations

import pytest

from ipcviz import log
from ipcviz.events import Event, Output
from ipcviz.log import Log


def told(run: Log, count: int, text: str = "x") -> None:
    for _ in range(count):
        run.append(Output(t=run.end, stream="stdout", text=text))


def numbers(kept: list[Event]) -> list[int]:
    return [event.seq for event in kept]


def test_a_log_keeps_the_latest_events_and_their_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "KEPT", 100)
    run = Log()
    for _ in range(1000):
        told(run, 1)
        assert run.first == 0 or 100 <= len(run.events) <= 112
        assert numbers(run.events) == [*range(run.first, run.end)]
    assert run.end == 1000
    assert run.first > 800


def test_many_contents_leave_room_for_fewer_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "CONTENTS_KEPT", 10_000)
    run = Log()
    told(run, 1000, text="x" * 100)
    assert sum(len(event.text) for event in run.events if isinstance(event, Output)) <= 10_000
    assert len(run.events) > 80
    told(run, 1, text="x" * 20_000)
    assert run.end == 1001


def test_a_listener_from_the_start_misses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "KEPT", 10)
    run = Log()
    early: list[Event] = []
    late: list[Event] = []
    run.listen(early.append)
    told(run, 50)
    kept = run.first
    run.listen(late.append)
    told(run, 50)
    assert numbers(early) == [*range(100)]
    assert numbers(late) == [*range(kept, 100)]


class Recorded:
    """Another source: outputs that happened at these moments."""

    def __init__(self, *moments: int) -> None:
        self.left = list(moments)

    def until(self, moment: int) -> list[Event]:
        told = [one for one in self.left if one <= moment]
        self.left = self.left[len(told) :]
        return [Output(t=one, stream="stderr", text="") for one in told]

    def before(self, event: Event) -> list[Event]:
        return self.until(event.t)


def test_two_sources_are_told_in_the_order_of_time() -> None:
    run, recorded = Log(), Recorded(1, 4, 5, 8)
    run.merge(recorded)
    for moment in (2, 5):
        run.append(Output(t=moment, stream="stdout", text=""))
    assert [event.t for event in run.events] == [1, 2, 4, 5, 5]
    run.catch_up(7)
    assert recorded.left == [8]
    run.catch_up()
    assert [event.t for event in run.events] == [1, 2, 4, 5, 5, 8]
    assert not any(event.late for event in run.events)


def test_what_comes_after_something_later_was_told_is_late() -> None:
    run, recorded = Log(), Recorded()
    run.merge(recorded)
    run.append(Output(t=5, stream="stdout", text=""))
    recorded.left = [3, 6]
    run.append(Output(t=6, stream="stdout", text=""))
    assert [(event.t, event.late) for event in run.events] == [
        (5, False),
        (3, True),
        (6, False),
        (6, False),
    ]
