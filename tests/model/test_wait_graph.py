"""Which threads are closed, and which processes wait for each other: folded from events."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcviz.events import ProcessExit, Wanted
from ipcviz.model.wait_graph import Group
from model.waits import Waits


@pytest.fixture
def waits() -> Waits:
    return Waits()


def test_two_that_only_each_other_could_release(waits: Waits) -> None:
    waits.waits(1, 2)
    waits.waits(2, 1, call="wait")
    assert waits.closed == {1, 2}
    assert waits.graph.groups() == [Group((1, 2), ())]


def test_a_ring_of_three(waits: Waits) -> None:
    waits.waits(1, 2, call="write")
    waits.waits(2, 3, call="poll")
    waits.waits(3, 1)
    assert waits.graph.groups() == [Group((1, 2, 3), ())]


def test_one_that_is_open_frees_whoever_waits_for_it(waits: Waits) -> None:
    waits.waits(1, 2)
    waits.waits(2, 3)
    waits.waits(3, 1, 4)
    waits.runs(4)
    assert waits.closed == set()
    assert waits.graph.groups() == []


OPEN: dict[str, dict[str, Any]] = {
    "running": {"state": "running"},
    "stopped": {"state": "stopped"},
    "asleep for a while": {"state": "sleeping", "timed": True, "call": "sleep"},
    "ready": {"state": "ready", "call": "read", "releasers": (1,)},
    "timed": {"state": "blocked", "call": "poll", "timed": True, "releasers": (1,)},
    "of unknown holders": {"state": "blocked", "call": "read", "releasers": None},
    "on a socket": {
        "state": "blocked",
        "call": "read",
        "waits_for": (Wanted(on="a socket"),),
        "releasers": None,
    },
    "in open()": {"state": "blocked", "call": "open", "releasers": None},
    "in a wait for a signal": {"state": "blocked", "call": "pause", "releasers": (1,)},
    "in a wait that is about to end": {"state": "blocked", "call": "wait", "releasers": ()},
    "out of sight": {"state": "blocked", "call": None},
}


@pytest.mark.parametrize("how", OPEN.values(), ids=OPEN)
def test_what_is_never_closed(waits: Waits, how: dict[str, Any]) -> None:
    waits.waits(1, 2)
    waits.state(2, **how)
    assert waits.graph.closed == set()


def test_nobody_waits_for_one_that_is_gone_or_was_never_looked_at(waits: Waits) -> None:
    waits.waits(1, 2)
    assert waits.closed == set()
    waits.start(2)
    assert waits.closed == set()
    waits.waits(2, 1)
    assert waits.closed == {1, 2}
    waits.state(2, state="zombie")
    assert waits.closed == set()
    waits.model.apply(ProcessExit(t=0, pid=2, code=0))
    assert waits.closed == set()


def test_any_thread_that_can_run_keeps_its_process_open(waits: Waits) -> None:
    waits.waits(1, 2)
    waits.waits(2, 1)
    waits.waits(2, 2, tid=20, call="futex")
    assert waits.graph.groups() == [Group((1, 2), ())]
    waits.runs(2, tid=20)
    assert waits.graph.closed == set()
    waits.state(2, tid=20, state="exited")
    assert waits.closed == {1, 2}


def test_a_thread_may_be_closed_while_another_of_its_process_runs(waits: Waits) -> None:
    waits.waits(1, 2)
    waits.waits(2, 1)
    waits.waits(3, 1, tid=30)
    waits.runs(3)
    assert waits.graph.closed == {(1, 1), (2, 2), (3, 30)}
    assert not waits.graph.is_closed(3)
    assert waits.graph.releasers(3) == {1}
    assert waits.graph.groups() == [Group((1, 2), (3,))]


def test_one_whose_threads_wait_for_its_own_locks_is_closed_but_no_group(waits: Waits) -> None:
    waits.waits(1, 1, call="futex")
    waits.waits(1, 1, tid=10, call="futex")
    assert waits.closed == {1}
    assert waits.graph.groups() == []
    waits.waits(2, 1, call="wait")
    assert waits.graph.groups() == []
    assert waits.graph.victims((1,)) == (2,)


def test_victims_are_all_who_wait_for_the_group_be_it_through_others(waits: Waits) -> None:
    waits.waits(1, 2)
    waits.waits(2, 1, 2)
    waits.waits(3, 4)
    waits.waits(4, 2)
    waits.runs(5)
    waits.waits(6, 4, 5)
    assert waits.graph.groups() == [Group((1, 2), (3, 4))]


def test_groups_that_have_nothing_to_do_with_each_other(waits: Waits) -> None:
    for one, other in ((1, 2), (3, 4)):
        waits.waits(one, other)
        waits.waits(other, one)
    waits.waits(5, 1, 3, call="poll")
    assert waits.graph.groups() == [Group((1, 2), (5,)), Group((3, 4), (5,))]


def test_a_group_from_which_another_can_be_reached_waits_for_that(waits: Waits) -> None:
    waits.waits(1, 2, 3)
    waits.waits(2, 1)
    waits.waits(3, 4)
    waits.waits(4, 3)
    assert waits.closed == {1, 2, 3, 4}
    assert waits.graph.groups() == [Group((3, 4), (1, 2))]


@pytest.mark.parametrize("state", ["blocked", "running"])
def test_whoever_descends_from_a_holder_unseen_may_hold_the_same(waits: Waits, state: str) -> None:
    waits.waits(1, 2)
    waits.waits(2, 1)
    waits.runs(5)
    waits.start(6, ppid=2)
    waits.model.apply(ProcessExit(t=0, pid=6, code=0))
    waits.hide(7, state, ppid=5)
    assert waits.closed == {1, 2}
    waits.hide(8, state, ppid=6)
    assert waits.closed == set()
    waits.model.apply(ProcessExit(t=0, pid=8, code=0))
    assert waits.closed == {1, 2}


THREADS = [(pid, tid) for pid in (1, 2, 3, 4) for tid in (pid, 10 * pid)]


@st.composite
def graphs(draw: st.DrawFn) -> dict[tuple[int, int], frozenset[int] | None]:
    """Who could release each thread, null for one that is open anyway. 9 is nobody."""
    threads = draw(st.lists(st.sampled_from(THREADS), unique=True))
    pids = st.frozensets(st.sampled_from((1, 1, 2, 2, 3, 3, 4, 4, 9)), min_size=1, max_size=3)
    return {thread: draw(st.one_of(pids, pids, pids, st.none())) for thread in threads}


def can_move(thread: tuple[int, int], told: dict[tuple[int, int], frozenset[int] | None]) -> bool:
    """Whether from this thread, going from releaser to releaser, one comes to a thread that is
    open anyway, or to a process of which nothing is known."""
    todo, seen = [thread], {thread}
    while todo:
        releasers = told[todo.pop()]
        if releasers is None:
            return True
        for pid in releasers:
            threads = {one for one in told if one[0] == pid}
            if not threads:
                return True
            todo += threads - seen
            seen |= threads
    return False


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_closed_is_whoever_nobody_who_moves_can_be_reached_from(
    told: dict[tuple[int, int], frozenset[int] | None],
) -> None:
    waits = Waits()
    for (pid, tid), releasers in told.items():
        if releasers is None:
            waits.runs(pid, tid)
        else:
            waits.waits(pid, *releasers, tid=tid)
    graph = waits.graph
    assert graph.closed == {thread for thread in told if not can_move(thread, told)}
    seen: set[int] = set()
    for members, victims in graph.groups():
        assert len(members) > 1
        assert seen.isdisjoint(members)
        seen |= set(members)
        assert set(members) == set().union(*(graph.releasers(pid) for pid in members))
        assert all(graph.is_closed(pid) for pid in members)
        assert set(victims) == set(graph.victims(members))
