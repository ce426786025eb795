"""What the app records."""

from __future__ import annotations

from pathlib import Path

from ipcviz import events
from ipcviz.recording.reader import read
from ipcviz.supervisor.guardian import Guardian
from ui.shown import run, showing


def test_each_run_has_a_file_of_its_own_that_ends_with_how_things_stood(
    guardian: Guardian, tmp_path: Path
) -> None:
    async def test() -> None:
        file = tmp_path / "run.jsonl"
        async with showing(guardian, "basic-main-first", record=file) as app:
            await app.pilot.press("m")
            await app.see("BLOCKED", "rec run.jsonl   ● live")
            await app.pilot.press("r")
            await app.see("start main", "rec run-2.jsonl   ● live")
            await app.pilot.press("v")
            await app.see("one way")

    run(test())
    variants = []
    for name in ("run.jsonl", "run-2.jsonl", "run-3.jsonl"):
        first, *between, last = read(tmp_path / name)
        assert isinstance(first, events.Session)
        assert isinstance(last, events.Summary)
        variants.append(first.variant)
        main = last.roles["main"]
        starts = (event for event in between if isinstance(event, events.ProcessStart))
        started = any(event.role == "main" for event in starts)
        assert main.state == ("blocked" if started else "not started")
    assert variants == [None, None, "one-way"]
