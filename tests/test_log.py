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
