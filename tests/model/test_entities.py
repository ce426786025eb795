from __future__ import annotations

import pytest

from ipcviz.events import State, StateName, Wanted
from ipcviz.model import Process


def state(tid: int, name: StateName, *wanted: Wanted) -> State:
    return State(t=0, pid=1, tid=tid, state=name, waits_for=wanted)


CHANNEL = Wanted(channel="a", end="data")
LOCK = Wanted(lock="a lock")


@pytest.mark.parametrize(
    ("states", "telling"),
    [
        ([state(1, "blocked", CHANNEL), state(2, "running")], 2),
        ([state(1, "ready"), state(2, "blocked", CHANNEL)], 2),
        ([state(1, "blocked", LOCK), state(2, "ready")], 2),
        ([state(1, "sleeping"), state(2, "blocked", LOCK)], 2),
        ([state(2, "blocked", CHANNEL), state(1, "blocked", CHANNEL)], 1),
    ],
)
def test_the_process_shows_its_most_telling_thread(states: list[State], telling: int) -> None:
    process = Process(1, 0, (), 0, threads={one.tid or 0: one for one in states})
    assert process.telling is not None
    assert process.telling.tid == telling


def test_a_process_not_yet_looked_at_runs() -> None:
    assert Process(1, 0, (), 0).state == "running"
