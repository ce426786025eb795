"""Findings come in time, whatever else is to be told."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from ipcviz.events import Finding
from ipcviz.scenarios import catalog
from ipcviz.scenarios.steps import parse
from ipcviz.session import Session
from ipcviz.steps import Line
from ipcviz.supervisor.guardian import Guardian

FLOOD = """
format = 1
id = "flood"
title = "Calls more quickly than they can be told"
[channels.words]
kind = "fifo"
from = "writer"
to = "reader"
[roles.writer]
command = ["{python}", "-c", '''
import os, sys
words = os.open(sys.argv[1], os.O_WRONLY)
while True:
    os.write(words, b"x")
''', "{words}"]
[roles.reader]
command = ["{python}", "-c", '''
import os, sys
words = os.open(sys.argv[1], os.O_RDONLY)
while os.read(words, 1):
    pass
''', "{words}"]
[roles.careless]
command = ["sh", "-c", "true & exec sleep 1000"] # which does not wait for what the shell began
"""


def test_in_a_flood_of_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ipcviz.steps.FOUND_WITHIN", 5.0)  # all processors are taken
    file = tmp_path / "flood.toml"
    file.write_text(FLOOD)
    asyncio.run(find_in_flood(file))


async def find_in_flood(file: Path) -> None:
    lines = [Line(parse("expect zombie"))]
    guardian = Guardian.start(terminal=False)
    try:
        async with Session(catalog.load(file), guardian, lines) as session:
            for role in session.model.roles:
                session.controls.start(role)
            async with asyncio.timeout(10):
                while not session.tracer.behind:
                    await asyncio.sleep(0.01)
            await session.steps.take()
            found = [event for event in session.log.events if isinstance(event, Finding)]
            assert [event.rule for event in found] == ["zombie"]
    finally:
        guardian.farewell()
