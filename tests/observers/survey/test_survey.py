from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import TypeVar

import pytest

from ipcviz.events import Event, Fill, ProcessExec, ProcessExit, ProcessStart, State
from ipcviz.log import Log
from ipcviz.observers.survey.scan import Scan
from ipcviz.observers.survey.survey import Survey
from strangers import Strangers, sleeps_in
from waiting import wait_until

E = TypeVar("E", bound=Event)


class Surveying:
    """A survey, and what it has told."""

    def __init__(self) -> None:
        self.log = Log()
        self.scan = Scan()
        self.survey = Survey(self.log, self.scan, frozenset({os.getpid()}))

    def look(self, *pids: int) -> None:
        self.scan.take_up()
        self.survey.look(pids)

    def told(self, kind: type[E], pid: int | None = None) -> list[E]:
        return [one for one in self.log.events if isinstance(one, kind) and pid in (None, one.pid)]

    def state(self, pid: int) -> State:
        return self.told(State, pid)[-1]


@pytest.fixture
def surveying() -> Iterator[Surveying]:
    surveying = Surveying()
    yield surveying
    surveying.survey.close()


def test_a_wait_with_the_other_side_of_it(surveying: Surveying, strangers: Strangers) -> None:
    code = (
        "import os, signal\n"
        "reads, writes = os.pipe()\n"
        "if os.fork():\n"
        "    os.close(writes)\n"
        "    os.read(reads, 1)\n"
        "os.close(reads)\n"
        "signal.pause()"
    )
    reader = strangers.waits("pipe_read", sys.executable, "-c", code)
    surveying.look(reader)
    (writer,) = surveying.scan.children(reader)
    state = surveying.state(reader)
    assert (state.call, state.releasers, state.agreed) == ("read", (writer,), True)
    assert [one.pid for one in surveying.told(Fill)[-1].writers] == [writer]
    told = {one.pid for one in surveying.told(ProcessStart)}
    assert {reader, writer, os.getpid()} <= told


def test_a_chain_of_polls(surveying: Surveying, strangers: Strangers) -> None:
    """Whom it waits for only a look at each tells."""
    code = (
        "import os, select\n"
        "for _ in range(3):\n"
        "    reads, writes = os.pipe()\n"
        "    if os.fork():\n"
        "        os.close(writes)\n"
        "        poll = select.poll()\n"
        "        poll.register(reads, select.POLLIN)\n"
        "        poll.poll()\n"
        "    os.close(reads)\n"
        "os.mkfifo('last') or os.open('last', os.O_RDONLY)"
    )
    first = strangers.waits("poll", sys.executable, "-c", code)
    wait_until((strangers.directory / "last").exists, "the last one has started")
    surveying.look(first)
    chain = [first]
    for _ in range(3):
        (child,) = surveying.scan.children(chain[-1])
        chain.append(child)
    sleeps_in(chain[-1], "wait_for_partner")
    surveying.look(first)
    assert [surveying.state(pid).call for pid in chain] == ["poll", "poll", "poll", "open"]


def test_those_with_the_same_event_counter(surveying: Surveying, strangers: Strangers) -> None:
    code = (
        "import os, select, signal\n"
        "counter = os.eventfd(0)\n"
        "child = os.fork() or signal.pause()\n"
        "poll = select.poll()\n"
        "poll.register(counter, select.POLLIN)\n"
        "poll.poll()"
    )
    pid = strangers.waits("poll", sys.executable, "-c", code)
    surveying.look(pid)
    (child,) = surveying.scan.children(pid)
    assert surveying.state(pid).releasers == tuple(sorted((pid, child)))


def test_since_when_it_sleeps(surveying: Surveying, strangers: Strangers) -> None:
    pid = strangers.opens("cat", "fifo")
    asleep = time.monotonic_ns()
    wait_until(lambda: time.monotonic_ns() - asleep > 500_000_000, "half a second has passed")
    surveying.look(pid)
    began = surveying.state(pid).began + surveying.log.began
    assert abs(began - asleep) < 400_000_000
    surveying.look()
    assert surveying.state(pid).began + surveying.log.began == began


def test_when_it_was_started(surveying: Surveying, strangers: Strangers) -> None:
    before = time.monotonic_ns()
    pid = strangers.opens("cat", "fifo")
    surveying.look(pid)
    (start,) = surveying.told(ProcessStart, pid)
    assert abs(start.t + surveying.log.began - before) < 1_000_000_000
    assert (start.ppid, start.command, start.session) == (os.getpid(), ("cat", "fifo"), pid)


def test_one_that_ends_between_two_looks(surveying: Surveying, strangers: Strangers) -> None:
    pid = strangers.opens("cat", "fifo")
    surveying.look(pid)
    strangers.end(pid)
    surveying.look()
    assert [one.pid for one in surveying.told(ProcessExit)] == [pid]


def test_one_that_runs_another_program(surveying: Surveying, strangers: Strangers) -> None:
    pid = strangers.waits("pipe_read", "sh", "-c", "read x; exec cat fifo", stdin=subprocess.PIPE)
    surveying.look(pid)
    strangers.write(pid, b"x\n")
    sleeps_in(pid, "wait_for_partner")
    surveying.look()
    assert [one.command for one in surveying.told(ProcessExec, pid)] == [("cat", "fifo")]


def test_a_child_that_comes_after_the_scan(surveying: Surveying, strangers: Strangers) -> None:
    """Else its parent would seem to wait for nobody."""
    script = "read x; cat fifo; true"
    pid = strangers.waits("pipe_read", "sh", "-c", script, stdin=subprocess.PIPE)
    surveying.look(pid)
    strangers.write(pid, b"x\n")
    sleeps_in(pid, "do_wait")
    surveying.survey.look()
    (child,) = surveying.scan.children(pid)
    sleeps_in(child, "wait_for_partner")
    surveying.survey.look()
    assert surveying.state(pid).releasers == (child,)
    assert surveying.state(child).call == "open"


def test_two_that_never_rest(surveying: Surveying, strangers: Strangers) -> None:
    """They throw a byte to each other: each sleeps most of the time, but never both."""
    code = (
        "import os\n"
        "one, two = os.pipe(), os.pipe()\n"
        "if os.fork(): one, two = two, one\n"
        "else: os.write(one[1], b'x')\n"
        "while True: os.write(one[1], os.read(two[0], 1))"
    )
    pid = strangers.start(sys.executable, "-c", code)
    children = wait_until(lambda: Scan().children(pid), "both have started")
    for _ in range(20):
        surveying.look(pid, *children)
        states = [surveying.state(one) for one in (pid, *children)]
        assert not all(one.state == "blocked" and one.agreed for one in states)
