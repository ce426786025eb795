from __future__ import annotations

import pytest

from ipcviz.events import (
    Buffered,
    ProcessExec,
    ProcessStart,
    SignalHandler,
    SignalHandlerEnd,
    State,
    StateName,
    Wanted,
)
from ipcviz.model import Process
from ipcviz.model.entities import Place
from ipcviz.model.fold_processes import ENDED_AT_MOST
from model.telling import Run, at


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


def traced() -> Run:
    run = Run()
    run.start(0, "main", 1)
    run.trace(0, 1)
    return run


def calls_of(run: Run) -> list[str]:
    return [one.call for one in run.model.processes[1].calls.get(1, ())]


def test_a_thread_is_in_a_call_until_it_returns() -> None:
    run = traced()
    run.enters(1, 1, "read", "requests", file="main.py", line=7)
    process = run.model.processes[1]
    assert process.call() is not None
    assert process.place == Place("main.py", 7)
    run.returns(2, 1, "read", "requests", began=1, file="main.py", line=7)
    assert calls_of(run) == []
    assert process.place == Place("main.py", 7)


def test_a_call_that_is_told_to_begin_ends_the_one_before_it() -> None:
    run = traced()
    run.enters(1, 1, "read", "requests")
    run.enters(2, 1, "write", "requests")
    assert calls_of(run) == ["write"]


def test_a_handler_runs_inside_of_the_call_that_it_interrupted() -> None:
    run = traced()
    run.enters(1, 1, "pause", "requests")
    run.handles(2, 1, "SIGUSR1", took=None)
    run.enters(3, 1, "write", "requests")
    assert calls_of(run) == ["pause", "write"]
    run.returns(4, 1, "write", "requests", began=3)
    assert calls_of(run) == ["pause"]
    (handler,) = run.model.processes[1].handlers
    run.tell(SignalHandlerEnd(t=5, pid=1, signal="SIGUSR1", began=handler.t))
    assert run.model.processes[1].handlers == ()
    assert calls_of(run) == ["pause"]


def test_after_a_handler_it_is_in_the_line_of_the_call_again() -> None:
    run = traced()
    process = run.model.processes[1]
    run.enters(1, 1, "wait", "requests", file="main.py", line=7)
    begins = SignalHandler(t=at(2), pid=1, tid=1, signal="SIGUSR1", file="main.py", line=2)
    run.tell(begins)
    assert process.place == Place("main.py", 2)
    run.tell(SignalHandlerEnd(t=at(3), pid=1, tid=1, signal="SIGUSR1", began=begins.t))
    assert process.place == Place("main.py", 7)


def test_one_that_was_killed_stays_in_the_line_of_the_call_that_it_was_in() -> None:
    run = traced()
    run.enters(1, 1, "read", "requests", file="main.py", line=7)
    begins = SignalHandler(t=at(2), pid=1, tid=1, signal="SIGUSR1", file="main.py", line=2)
    run.tell(begins)
    run.tell(SignalHandlerEnd(t=at(3), pid=1, tid=1, signal="SIGUSR1", began=begins.t))
    run.exit(4, 1, signal="SIGKILL")
    assert run.model.processes[1].place == Place("main.py", 7)


def test_a_buffer_is_known_while_it_holds_bytes() -> None:
    run = traced()
    run.tell(Buffered(t=1, pid=1, channel="requests", fd=3, bytes=12))
    assert run.model.processes[1].buffered == {("requests", 3): 12}
    run.tell(Buffered(t=2, pid=1, channel="requests", fd=3, bytes=0))
    assert run.model.processes[1].buffered == {}


def test_another_program_has_to_say_anew_whether_it_is_traced() -> None:
    run = traced()
    assert run.model.traced
    assert run.model.processes[1].traced
    run.tell(ProcessExec(t=1, pid=1, command=("cat",)))
    assert run.model.processes[1].observed is None
    run.trace(2, 1, why="not a Python program")
    observed = run.model.processes[1].observed
    assert observed is not None
    assert observed.why == "not a Python program"


def test_what_ended_long_ago_is_forgotten_but_for_what_a_role_shows() -> None:
    run = traced()
    run.exit(1, 1, code=0)
    for pid in range(100, 102 + ENDED_AT_MOST):
        run.tell(ProcessStart(t=2, pid=pid, ppid=1, command=()))
        run.exit(2, pid, code=0)
    assert len(run.model.processes) == ENDED_AT_MOST + 1
    assert {1, 102}.issubset(run.model.processes)
    assert 100 not in run.model.processes
