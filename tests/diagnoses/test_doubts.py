"""What makes it doubtful that processes wait for each other for good, as far as events tell."""

from __future__ import annotations

import pytest

from ipcviz.diagnoses.judge import Judge
from ipcviz.diagnoses.rules.deadlock import Deadlock
from ipcviz.events import Finding, Signals
from model.waits import Waits


@pytest.fixture
def waits() -> Waits:
    """Two of session 5 that wait for each other; nobody of a run."""
    waits = Waits()
    for pid, other in ((1, 2), (2, 1)):
        waits.start(pid, session=5)
        waits.waits(pid, other)
        waits.model.apply(Signals(t=0, pid=pid, caught=("SIGINT",)))
    return waits


def deadlock(waits: Waits) -> Finding:
    (finding,) = Judge(waits.model, [Deadlock()]).judge(10**9)
    assert isinstance(finding, Finding)
    return finding


def test_no_doubt(waits: Waits) -> None:
    assert deadlock(waits).certain


@pytest.mark.parametrize("state", ["blocked", "running"])
def test_whoever_is_of_the_same_session_and_out_of_sight(waits: Waits, state: str) -> None:
    waits.hide(7, state, session=5, command=("/usr/bin/sudo", "cat"))
    finding = deadlock(waits)
    assert not finding.certain
    assert finding.why.endswith(" What sudo (pid 7) holds open cannot be seen.")
    waits.hide(8, session=5, command=("su",))
    assert deadlock(waits).why.endswith(
        " What sudo (pid 7) and su (pid 8) hold open cannot be seen."
    )


def test_nobody_of_another_session(waits: Waits) -> None:
    waits.hide(7, session=6)
    assert deadlock(waits).certain


@pytest.mark.parametrize("pid", [1, 2])
def test_two_reads_that_differ(waits: Waits, pid: int) -> None:
    waits.waits(pid, 3 - pid, agreed=False)
    finding = deadlock(waits)
    assert not finding.certain
    assert finding.why.endswith(" One of them moved while they were looked at.")


@pytest.mark.parametrize("signal", ["SIGALRM", "SIGVTALRM", "SIGPROF"])
def test_a_handler_of_a_timer_s_signal(waits: Waits, signal: str) -> None:
    waits.model.apply(Signals(t=0, pid=2, caught=(signal,)))
    finding = deadlock(waits)
    assert not finding.certain
    assert f"program (pid 2) handles {signal}, so a timer may still wake it." in finding.why
