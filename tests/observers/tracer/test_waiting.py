"""When calls are told: of a process that is not known yet, and of many at once."""

from __future__ import annotations

import time

from ipcviz.events import CallReturn, Dropped, ProcessExit
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from ipcviz.observers.tracer.observer import AT_END, AT_ONCE
from observers.tracer.traced import Traced
from observers.tracer.writing import WrittenRing, WrittenSites

CHILD = 1
"""Another process: it lives as long as any test."""
MANY = 1 << 14
"""Slots of a ring that has room for all that these tests write."""


def child(traced: Traced) -> WrittenRing:
    """Another process writes into the FIFO."""
    ring, sites = WrittenRing(traced.directory, CHILD), WrittenSites(traced.directory, CHILD)
    ring.write(sites.define(1, Kind.WRITE, pipe=traced.fifo), 1, b"x")
    return ring


def returns(traced: Traced) -> list[CallReturn]:
    """The calls that were told, without asking for more."""
    return [event for event in traced.log.events if isinstance(event, CallReturn)]


def test_calls_of_a_process_wait_for_its_start(traced: Traced) -> None:
    child(traced)
    traced.log.catch_up()
    assert returns(traced) == []
    assert traced.observer.unknown
    traced.log.append(traced.start(CHILD, "worker"))
    traced.log.catch_up()
    (told,) = returns(traced)
    assert told.role == "worker"
    assert told.late
    assert not traced.observer.unknown


def test_they_are_told_up_to_a_moment_before_the_start_was_told(traced: Traced) -> None:
    child(traced)
    moment = traced.log.now()
    traced.log.catch_up()
    assert not traced.observer.told_all(moment)
    traced.log.append(traced.start(CHILD, "worker"))
    traced.log.catch_up(moment)
    assert len(returns(traced)) == 1
    assert traced.observer.told_all(moment)


def test_a_process_that_a_look_has_not_found_waits_no_more(traced: Traced) -> None:
    child(traced)
    moment = traced.log.now()
    traced.log.catch_up()
    traced.observer.looked(moment)
    traced.log.catch_up(moment)
    assert len(returns(traced)) == 1
    assert traced.observer.told_all(moment)


def test_one_that_began_during_the_look_waits_for_the_next(traced: Traced) -> None:
    began = traced.log.now()
    child(traced)
    moment = traced.log.now()
    traced.log.catch_up()
    traced.observer.looked(began)
    traced.log.catch_up(moment)
    assert returns(traced) == []
    assert traced.observer.told_all(began)
    assert not traced.observer.told_all(moment)


def test_what_is_too_much_at_once_stays_in_the_ring(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    ring = WrittenRing(traced.directory, traced.pid, traced.pid + 1, slots=MANY)
    total = 3 * AT_ONCE
    for _ in range(total):
        ring.write(site, 1, b"x")
    moment = traced.log.now()
    for turn in range(1, 5):
        traced.log.catch_up()
        assert len(returns(traced)) <= turn * 1.1 * AT_ONCE
        assert traced.observer.told_all(moment) == (len(returns(traced)) == total)
        assert traced.observer.behind == (len(returns(traced)) < total)
    assert len(returns(traced)) == total
    assert traced.told(Dropped) == []


def test_an_idle_ring_leaves_its_share_to_a_busy_one(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    idle = [WrittenRing(traced.directory, traced.pid, traced.pid + 1 + one) for one in range(9)]
    ring = WrittenRing(traced.directory, traced.pid, traced.pid + 1 + len(idle), slots=MANY)
    for _ in range(3 * AT_ONCE):
        ring.write(site, 1, b"x")
    traced.log.catch_up()
    before = len(returns(traced))
    traced.log.catch_up()
    assert len(returns(traced)) - before >= 0.9 * AT_ONCE


def test_what_was_read_waits_for_what_happened_before(traced: Traced) -> None:
    """Two rings: one has more than is read at once, the other a record that came after it."""
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    ring = WrittenRing(traced.directory, traced.pid, traced.pid + 1, slots=MANY)
    for _ in range(2 * AT_ONCE):
        ring.write(site, 1, b"x")
    traced.ring.write(site, 1, b"!")
    moment = traced.log.now()
    for _ in range(5):
        traced.log.catch_up()
    assert traced.observer.told_all(moment)
    assert [call.data for call in returns(traced)] == ["x"] * 2 * AT_ONCE + ["!"]
    assert not any(call.late for call in returns(traced))


def test_a_time_long_ago_holds_nothing_back_for_ever(traced: Traced) -> None:
    """A ring that always holds more, with records that claim to be old."""
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    ring = WrittenRing(traced.directory, traced.pid, traced.pid + 1, slots=MANY)
    traced.ring.write(site, 1, b"!")
    deadline = time.monotonic() + 5
    while "!" not in {call.data for call in returns(traced)}:
        assert time.monotonic() < deadline
        while ring.number - ring.slots_read < 2 * AT_ONCE:
            ring.write(site, 1, b"x", began=0.0, ended=0.0)
        traced.log.catch_up()


def test_of_a_process_that_ends_what_is_too_much_is_counted(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    ring = WrittenRing(traced.directory, traced.pid, traced.pid + 1, slots=MANY)
    total = AT_END + 1_000
    for _ in range(total):
        ring.write(site, 2, b"xx")
    traced.log.append(ProcessExit(t=traced.log.now(), pid=traced.pid, code=0))
    assert isinstance(traced.log.events[-1], ProcessExit)
    counted = sum(lost.count for lost in traced.told(Dropped))
    assert counted > 0
    assert sum(lost.bytes for lost in traced.told(Dropped)) == 2 * counted
    assert len(returns(traced)) + counted == total
