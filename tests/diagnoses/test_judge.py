"""What the judge makes of what rules see: when a finding is raised, changed, and cleared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from msgspec import structs

from ipcviz.diagnoses.judge import Judge
from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.events import Event, Finding, FindingClear, Severity
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph
from model.telling import SECOND, Run


class Sees(Rule):
    """Sees what it is told to see."""

    name: ClassVar[str] = "sees"
    severity: ClassVar[Severity] = "warning"
    after: ClassVar[int] = SECOND

    def __init__(self, *suspicions: Suspicion) -> None:
        self.suspicions = list(suspicions)

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        yield from self.suspicions


class Explains(Sees):
    """Explains better."""

    name: ClassVar[str] = "explains"


def suspicion(since: int = 0, *pids: int, **fields: Any) -> Suspicion:
    words = {"what": "It is so.", "why": "Since it is.", "do": "Alter it."}
    given = {"severity": "warning", "certain": True, **words, **fields}
    return Suspicion(since=since, pids=pids or (10,), **given)


class Court:
    """A main and a worker, and a judge of them."""

    def __init__(self, *rules: Rule) -> None:
        self.run = Run()
        self.run.start(0, "main", 10)
        self.run.start(0, "worker", 11)
        self.judge = Judge(self.run.model, rules)

    def at(self, now: int) -> list[Event]:
        """What is told then, which is folded into the model."""
        told = self.judge.judge(now)
        for event in told:
            self.run.tell(event)
        return told


def test_a_suspicion_is_raised_once_it_has_lasted_and_not_again() -> None:
    court = Court(Sees(suspicion(5)))
    assert court.at(SECOND + 4) == []
    assert court.judge.due == SECOND + 5
    (finding,) = court.at(SECOND + 5)
    assert isinstance(finding, Finding)
    assert (finding.t, finding.rule, finding.severity) == (SECOND + 5, "sees", "warning")
    assert court.judge.due is None
    assert court.at(2 * SECOND) == []


def test_the_earliest_is_due() -> None:
    court = Court(Sees(suspicion(7, 10), suspicion(3, 11), suspicion(5, 12)))
    court.at(7)
    assert court.judge.due == court.judge.due_above_info == SECOND + 3


def test_what_is_more_than_information_has_a_time_of_its_own() -> None:
    court = Court(Sees(suspicion(3, 10, severity="info"), suspicion(5, 11)))
    court.at(7)
    assert (court.judge.due, court.judge.due_above_info) == (SECOND + 3, SECOND + 5)


def test_a_finding_stands_at_the_first_of_its_processes_that_plays_a_role() -> None:
    court = Court(Sees(suspicion(0, 99, 11, 10)))
    (finding,) = court.at(SECOND)
    assert (finding.pid, finding.role) == (99, "worker")


def test_what_is_not_seen_any_more_is_cleared() -> None:
    rule = Sees(suspicion(0, 11, channel="requests"), suspicion(0, 10))
    court = Court(rule)
    court.at(SECOND)
    del rule.suspicions[0]
    (clear,) = court.at(2 * SECOND)
    assert isinstance(clear, FindingClear)
    assert (clear.t, clear.rule, clear.pids, clear.channel, clear.role) == (
        2 * SECOND,
        "sees",
        (11,),
        "requests",
        "worker",
    )
    assert [one.pids for one in court.run.model.findings.values()] == [(10,)]


def test_what_comes_back_has_to_last_anew() -> None:
    rule = Sees(suspicion(0))
    court = Court(rule)
    court.at(SECOND)
    rule.suspicions = [suspicion(2 * SECOND)]
    (clear,) = court.at(2 * SECOND)
    assert isinstance(clear, FindingClear)
    assert court.judge.due == 3 * SECOND
    (finding,) = court.at(3 * SECOND)
    assert isinstance(finding, Finding)


@pytest.mark.parametrize(
    "other", [{"what": "Now so."}, {"severity": "error"}, {"certain": False}], ids=str
)
def test_a_finding_that_changes_takes_its_own_place(other: dict[str, Any]) -> None:
    rule = Sees(suspicion(0))
    court = Court(rule)
    (before,) = court.at(SECOND)
    rule.suspicions = [suspicion(0, **other)]
    (after,) = court.at(2 * SECOND)
    assert isinstance(before, Finding)
    assert isinstance(after, Finding)
    assert after.info == structs.replace(before.info, **other)
    assert list(court.run.model.findings.values()) == [structs.replace(after, seq=4)]


def test_of_the_same_rule_processes_and_channel_the_first_counts() -> None:
    court = Court(Sees(suspicion(0, what="First."), suspicion(0, what="Second.")))
    (finding,) = court.at(SECOND)
    assert isinstance(finding, Finding)
    assert finding.what == "First."


def test_of_two_of_them_the_first_counts_once_it_has_lasted() -> None:
    court = Court(Sees(suspicion(SECOND, severity="error"), suspicion(0)))
    told = [*court.at(SECOND), *court.at(court.judge.due or 0)]
    assert [event.severity for event in told if isinstance(event, Finding)] == ["warning", "error"]
    assert told[1].t == 2 * SECOND


def test_what_another_rule_explains_gives_way_as_long_as_that_sees_it() -> None:
    explains = Explains(suspicion(SECOND, 11))
    court = Court(Sees(suspicion(0, 10, 11, unless=("explains",))), explains)
    assert court.at(SECOND) == []
    (finding,) = court.at(2 * SECOND)
    assert isinstance(finding, Finding)
    assert finding.rule == "explains"
    explains.suspicions.clear()
    assert [type(event) for event in court.at(3 * SECOND)] == [FindingClear, Finding]


def test_what_explains_others_only_lets_it_stand() -> None:
    rule = Sees(suspicion(0, 10, unless=("explains",)))
    told = Court(rule, Explains(suspicion(0, 11))).at(SECOND)
    assert {event.rule for event in told if isinstance(event, Finding)} == {"sees", "explains"}
