"""What a recording tells, against what was live."""

from __future__ import annotations

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from e2e.acting import act_at_random
from ipcviz.errors import ControlError
from ipcviz.events import Event, Finding
from ipcviz.model import Model
from ipcviz.recording.reader import read
from ipcviz.recording.recorder import Recorder
from ipcviz.scenarios import catalog, steps
from ipcviz.session import Session, script_of
from ipcviz.steps import Line
from ipcviz.supervisor.guardian import Guardian

ACTIONS = 20
RUNS = [
    (file.parent.name, variant)
    for file in catalog.builtin()
    for variant in (None, *catalog.load(file).scenario.variants)
]


@pytest.mark.parametrize(("name", "variant"), RUNS)
def test_folded_from_the_file_the_model_is_at_every_event_as_it_was_live(
    name: str, variant: str | None, tmp_path: Path
) -> None:
    choice = random.Random(f"{name} {variant}")
    live = asyncio.run(played(name, variant, tmp_path / "run.jsonl", choice))
    model = Model()
    recorded = list(read(tmp_path / "run.jsonl"))
    assert recorded == [event for event, _ in live]
    found = {event.rule for event in recorded if isinstance(event, Finding)}
    assert found >= set(catalog.load(name, variant).scenario.raises)
    for event, (_, then) in zip(recorded, live, strict=True):
        model.apply(event)
        assert model == then, event


async def played(
    name: str, variant: str | None, file: Path, choice: random.Random
) -> list[tuple[Event, Model]]:
    """Play a scenario until what it is about is found, then act at random, and record it: each
    event, and the model as it was live just after it."""
    live: list[tuple[Event, Model]] = []
    complaints: list[str] = []
    recorder = Recorder(file, complaints.append)

    def hear(event: Event) -> None:
        recorder.hear(event)
        live.append((event, session.model.snapshot()))

    guardian = Guardian.start(terminal=False)
    loaded = catalog.load(name, variant)
    expected = [Line(steps.parse(f"expect {rule}")) for rule in loaded.scenario.raises]
    session = Session(loaded, guardian, [*script_of(loaded.scenario), *expected], [hear])
    try:
        async with session:
            while session.steps.upcoming is not None:
                await session.steps.take()
            for _ in range(ACTIONS):
                with contextlib.suppress(ControlError):
                    await act_at_random(session, choice)
                await asyncio.sleep(choice.uniform(0, 0.1))
    finally:
        guardian.farewell()
        recorder.close()
    assert complaints == []
    return live
