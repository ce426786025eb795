"""A recording holds all that the rules need: judged again, it gives the same findings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from ipcviz.diagnoses.judge import Judge
from ipcviz.diagnoses.rules import RULES
from ipcviz.events import Event, Finding, FindingClear, Severity, Summary
from ipcviz.model import Model
from ipcviz.model.fold_findings import Key, key_of
from ipcviz.recording.reader import read
from ipcviz.recording.recorder import Recorder
from ipcviz.scenarios import catalog
from ipcviz.scenarios.steps import parse_script
from ipcviz.session import Session
from ipcviz.steps import Line
from ipcviz.supervisor.guardian import Guardian

BRIEF = 0.1
"""Seconds. What is found for less may be so only in the midst of what one look tells."""
APART = 0.5
"""Seconds between a finding and the same anew: those of a look, on a machine that is busy."""
STUCK = "start worker; wait main blocked; wait worker blocked"
RUNS = [
    ("signals", None, f"{STUCK}; expect deadlock; sleep 0.8; kill main; wait all exited"),
    ("signals", "work-in-handler", f"{STUCK}; expect handler-stuck; sleep 0.8; kill worker"),
    ("basic-main-first", "one-way", "start main; wait main blocked; sleep 1; start worker"),
    (
        "fork-provider",
        None,
        "start provider; wait main ready; kill worker; fire; wait main blocked; "
        "expect self-held-end; sleep 0.8; kill main; wait main exited",
    ),
]


class Period(NamedTuple):
    """For how long something was found, in seconds."""

    key: Key
    severity: Severity
    certain: bool
    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin

    def agrees(self, other: Period) -> bool:
        """Whether the other is the same, at about the same time."""
        near = abs(self.begin - other.begin) < APART and abs(self.end - other.end) < APART
        return near and self[:3] == other[:3]


@pytest.mark.parametrize(("name", "variant", "script"), RUNS)
def test_the_same_is_found_at_the_same_time(
    name: str, variant: str | None, script: str, tmp_path: Path
) -> None:
    file = tmp_path / "run.jsonl"
    asyncio.run(play(name, variant, script, file))
    recorded = [event for event in read(file) if not isinstance(event, Summary)]
    live, again = list(periods(recorded)), list(periods(judged_again(recorded)))
    lasting = [one for one in live if one.seconds > BRIEF]
    assert lasting
    for one in lasting:
        assert any(map(one.agrees, again)), (one, again)
    for one in again:
        assert one.seconds < BRIEF + APART or any(map(one.agrees, live)), (one, live)


async def play(name: str, variant: str | None, script: str, file: Path) -> None:
    """Play the script and record it, without what ends with the run."""
    lines = [Line(command) for command in parse_script(script)]
    recorder = Recorder(file, pytest.fail)
    guardian = Guardian.start(terminal=False)
    try:
        session = Session(catalog.load(name, variant), guardian, lines, [recorder.hear])
        async with session:
            while session.steps.upcoming is not None:
                await session.steps.take()
            session.look()
            recorder.close()
    finally:
        guardian.farewell()


def judged_again(recorded: list[Event]) -> Iterator[Event]:
    """Fold a recording without its findings, and find anew: after all events of each time, and
    whenever something is due. All of it is told, with what is found."""
    model = Model()
    judge = Judge(model, RULES)

    def find(now: int) -> Iterator[Event]:
        for found in judge.judge(now):
            model.apply(found)
            yield found

    events = [one for one in recorded if not isinstance(one, Finding | FindingClear)]
    for event, following in pairwise([*events, None]):
        assert event is not None
        while judge.due is not None and judge.due < event.t:
            yield from find(judge.due)
        model.apply(event)
        yield event
        if following is None or following.t > event.t:
            yield from find(event.t)


def periods(told: Iterator[Event] | list[Event]) -> Iterator[Period]:
    """Whatever was found for a while, with how grave and certain it was."""
    true: dict[Key, Finding] = {}
    now = 0.0
    for event in told:
        now = event.t / 1e9
        if not isinstance(event, Finding | FindingClear):
            continue
        before = true.get(key_of(event))
        if isinstance(event, Finding):
            if before is not None and how(before) == how(event):
                continue
            true[key_of(event)] = event
        else:
            del true[key_of(event)]
        if before is not None:
            yield Period(*how(before), before.t / 1e9, now)
    for left in true.values():
        yield Period(*how(left), left.t / 1e9, now)


def how(finding: Finding) -> tuple[Key, Severity, bool]:
    return key_of(finding), finding.severity, finding.certain
