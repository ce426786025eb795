from __future__ import annotations

import pytest

from ipcviz.events import ChannelRemove
from ipcviz.model.timeline import levels
from ipcviz.model.timeline.levels import Level, Levels
from model.telling import SECOND, Run


def test_the_highest_of_a_time_counts_what_lay_there_before() -> None:
    level = Level()
    for t, count in ((10, 5), (20, 0), (30, 7), (40, 2)):
        level.change(t, count)
    assert level.highest(0, 10) == 0
    assert level.highest(0, 11) == 5
    assert level.highest(15, 25) == 5
    assert level.highest(20, 30) == 0
    assert level.highest(35, 45) == 7
    assert level.highest(100, 200) == 2
    assert level.most == 7


def test_what_comes_late_stands_at_its_time() -> None:
    level = Level()
    level.change(30, 3)
    level.change(10, 1)
    assert level.highest(0, 20) == 1
    assert level.highest(30, 31) == 3


def test_only_the_latest_changes_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "KEPT", 100)
    monkeypatch.setattr(levels, "_CHUNK", 10)
    level = Level()
    for t in range(1000):
        level.change(t, t)
    assert level.highest(0, 500) == 0
    assert level.highest(999, 1000) == 999


def test_a_pipe_that_nobody_holds_or_that_is_removed_is_empty() -> None:
    run = Run()
    told = Levels()
    run.log.listen(told.apply)
    run.start(0, "main", 10)
    run.fill(1, "requests", 104, both=(10,))
    run.fill(2, "requests", 104)
    run.fill(3, "replies", 55, both=(10,))
    run.tell(ChannelRemove(t=4 * SECOND, channel="replies"))
    requests, replies = told.of("requests"), told.of("replies")
    assert requests.capacity == 65536
    assert [requests.highest(t * SECOND, t * SECOND + 1) for t in range(4)] == [0, 104, 0, 0]
    assert [replies.highest(t * SECOND, t * SECOND + 1) for t in (3, 4)] == [55, 0]
    assert told.of("unheard").highest(0, SECOND) == 0
