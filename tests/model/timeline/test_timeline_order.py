"""Whatever is told, in whatever order: the timeline can be read and stepped through."""

from __future__ import annotations

import random

import pytest

from ipcviz import events
from ipcviz.model import Model
from ipcviz.model.timeline import Timeline
from model.telling import SECOND, Run

PIDS = {"main": 10, "worker": 11}
CHANNELS = ("requests", "replies", "pipe:[7]")
STATES: tuple[events.StateName, ...] = ("running", "ready", "zombie", "stopped", "sleeping")
SIGNALS = ("SIGUSR1", "SIGTERM", "SIGSTOP", "SIGKILL")


def play(seed: int, count: int = 400) -> Run:
    """A run of random events, some late, of processes that start, end and start again."""
    choose = random.Random(seed)
    run = Run(hooks=events.HooksInfo(request="requests", reply="replies"))
    now = 1.0
    for _ in range(count):
        now += choose.choice((0.00001, 0.001, 0.03, 0.2, 1.5))
        at = now - choose.choice((0, 0, 0, 0.00002, 0.02, 0.3))
        pid = choose.choice((10, 11, 12))
        channel = choose.choice(CHANNELS)
        text = choose.choice(("a\n", "b\nc\n", "no end", "x" * 300 + "\n"))
        began = at - choose.choice((0.00001, 0.005, 1.0))
        match choose.randrange(14):
            case 0:
                role = choose.choice(("main", "worker"))
                run.start(at, role, PIDS[role], ppid=choose.choice((1, 10, 11)))
            case 1:
                run.exit(
                    at, pid, **choose.choice(({"code": 0}, {"code": 1}, {"signal": "SIGKILL"}))
                )
            case 2:
                run.trace(at, pid, why=choose.choice((None, "it cannot be")))
            case 3 | 4:
                run.writes(at, pid, channel, text, began=began)
            case 5 | 6:
                run.takes(at, pid, channel, text, began=began)
            case 7:
                call = choose.choice(("open", "close", "read", "write", "wait"))
                error = choose.choice((None, None, "EPIPE", "EINTR"))
                flags = choose.choice((("O_RDWR",), ("O_WRONLY",), ()))
                result = None if error else 0
                run.returns(at, pid, call, channel, result, began=began, error=error, flags=flags)
            case 8:
                run.enters(at, pid, choose.choice(("open", "read", "write")), channel)
            case 9:
                run.waits(at, pid, "read", channel, "data")
            case 10:
                run.state(at, pid, choose.choice(STATES), call="read")
            case 11:
                run.signal(at, choose.choice(SIGNALS), pid, by=choose.choice((None, 10, 11)))
            case 12:
                run.handles(at, pid, choose.choice(SIGNALS), took=choose.choice((None, 0.0, 0.3)))
            case 13:
                holders = choose.choice(((), (10,), (10, 11)))
                run.fill(at, channel, choose.choice((0, 5, 300)), both=holders)
    return run


@pytest.mark.parametrize("seed", range(40))
def test_rows_stay_in_the_order_of_seq_and_lifelines_in_that_of_time(seed: int) -> None:
    run = play(seed)
    rows = run.timeline.rows
    assert len(rows) > 50
    assert [row.seq for row in rows] == sorted(row.seq for row in rows)
    assert {row.role for row in rows} <= set(run.timeline.lifelines)
    for line in run.timeline.lifelines.values():
        assert [one.t for one in line.segments] == sorted(one.t for one in line.segments)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_events_tell_the_same_story(seed: int) -> None:
    run = play(seed)
    model = Model()
    timeline = Timeline(model)
    for event in run.log.events:
        model.apply(event)
        timeline.apply(event)
    assert timeline.rows == run.timeline.rows
    assert timeline.lifelines["main"].segments == run.timeline.lifelines["main"].segments
    assert timeline.rows[-1].t > SECOND
