"""Well-behaved scenarios under quick fingers: no finding that /proc does not confirm."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
from pathlib import Path

import pytest

from e2e.kernel_truth import descriptors, truth
from ipcviz import events
from ipcviz.errors import ControlError
from ipcviz.events import Event, Finding
from ipcviz.scenarios import catalog
from ipcviz.session import Session
from ipcviz.supervisor.guardian import Guardian

RUNS = int(os.environ.get("IPCVIZ_RUNS", "12"))
"""Random runs in all: IPCVIZ_RUNS=1000 for the long version."""
ACTS = 8
LONGEST_PAUSE = 0.25
"""Seconds between two acts at most: some waits last long enough to be judged, most do not."""
WELL_BEHAVED = [
    (file.parent.name, variant)
    for file in catalog.builtin()
    for variant in (None, *catalog.load(file).scenario.variants)
    if not catalog.load(file, variant).scenario.raises
]
_HELD_IN = ("open", "read", "write", "wait", "poll", "futex")


class Confirmed:
    """Asks /proc about each finding above info at the moment at which it is raised."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.wrong: list[str] = []
        self.paths: dict[str, Path] = {}
        """Of each channel."""

    def hear(self, event: Event) -> None:
        """A listener of the log."""
        if isinstance(event, events.Session):
            self.paths = {channel.name: Path(channel.path) for channel in event.channels}
        if isinstance(event, Finding) and event.severity != "info":
            self.findings.append(event)
            if not self._holds(event):
                known = {pid: truth(pid) for pid in event.pids}
                self.wrong.append(f"{event.rule}: {event.what} But {known}")

    def _holds(self, finding: Finding) -> bool:
        """Whether what the rule says of these processes is what /proc says."""
        pid, path = finding.pids[0], self.paths.get(finding.channel or "")
        known = truth(pid)
        match finding.rule:
            case "zombie":
                return known is not None and known.letter == "Z"
            case "stopped-process":
                return known is not None and known.letter == "T"
            case "waiting-for-reader" | "waiting-for-writer":
                assert path is not None
                return _sleeps_in(pid, "open") and not _holders(path) - {pid}
            case "self-held-end":
                assert path is not None
                own = [mode for _, mode in descriptors(pid, path)]
                writers = _holders(path, "write", "read-write")
                moving = {other for other in writers if not _is_held(other)}
                return _is_held(pid) and bool({"write", "read-write"} & {*own}) and not moving
            case _:
                return all(_is_held(one) for one in finding.pids)


def _sleeps_in(pid: int, call: str) -> bool:
    known = truth(pid)
    return known is not None and known.call == call


def _is_held(pid: int) -> bool:
    """Whether a process sleeps in a call that another would have to end, is stopped or a zombie."""
    known = truth(pid)
    return known is not None and (known.letter in "TZ" or known.call in _HELD_IN)


def _holders(path: Path, *modes: str) -> set[int]:
    """Everybody who has a FIFO open, or has it open in one of these ways."""
    found = set()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            held = {mode for _, mode in descriptors(int(name), path)}
            if held & {*modes} if modes else held:
                found.add(int(name))
    return found


@pytest.mark.parametrize("seed", range(RUNS))
def test_every_finding_is_confirmed(seed: int) -> None:
    choice = random.Random(seed)
    name, variant = choice.choice(WELL_BEHAVED)
    confirmed = Confirmed()
    asyncio.run(_play_at_random(name, variant, choice, confirmed))
    assert confirmed.wrong == []


async def _play_at_random(
    name: str, variant: str | None, choice: random.Random, confirmed: Confirmed
) -> None:
    """Start, fire and finish in any order, and kill or pause now and then."""
    guardian = Guardian.start(terminal=False)
    try:
        async with Session(catalog.load(name, variant), guardian, None, [confirmed.hear]) as run:
            for _ in range(ACTS):
                with contextlib.suppress(ControlError):
                    _act(run, choice)
                await asyncio.sleep(choice.uniform(0, LONGEST_PAUSE))
            await asyncio.sleep(choice.choice((0, 0.8)))
    finally:
        guardian.farewell()


def _act(run: Session, choice: random.Random) -> None:
    scenario = run.loaded.scenario
    living = [
        role.process.pid for role in run.model.roles.values() if role.running and role.process
    ]
    what = choice.choice(("start", "start", "start", "act", "act", "act", "act", "disturb"))
    if what == "start":
        startable = [name for name, role in scenario.roles.items() if role.started_by is None]
        run.controls.start(choice.choice(startable))
    elif what == "act" and scenario.actions:
        run.controls.act(choice.choice(list(scenario.actions)))
    elif what == "disturb" and living:
        disturb = choice.choice((run.controls.toggle_pause, run.controls.kill))
        disturb(choice.choice(living))
