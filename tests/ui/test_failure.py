"""A mistake in ipcviz itself, as it watches: the run ends, and tells it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from ipcviz import events
from ipcviz.headless.output import Output
from ipcviz.headless.play import play
from ipcviz.scenarios import catalog
from ipcviz.session import Session
from ipcviz.steps import Line
from ipcviz.supervisor.guardian import Guardian
from ui.shown import run, showing

SCENARIO = """\
format = 1
id = "still"
title = "Still"
[roles.one]
command = ["sleep", "100"]
[[steps]]
do = "start one"
[[steps]]
do = "sleep 50"
"""


class Mistake(Exception):
    """No exception that anyone expects."""


def break_look(session: Session) -> None:
    """Whatever is looked at from now on raises."""

    def quiet() -> bool:
        raise Mistake

    session.observer.quiet = quiet  # type: ignore[method-assign]


class Breaking:
    """A report that tells nothing, and breaks the look."""

    def begin(self, session: Session) -> None:
        break_look(session)

    def before(self, line: Line) -> None:
        """Nothing is told."""

    def end(self, summary: events.Summary) -> None:
        """Nothing is told."""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = tmp_path / "still.toml"
    file.write_text(SCENARIO)
    return file


def test_without_a_screen(scenario: Path, guardian: Guardian) -> None:
    with pytest.raises(Mistake):
        play(catalog.load(scenario), guardian, Breaking(), Output(io.BytesIO()))


def test_with_a_screen(scenario: Path, guardian: Guardian) -> None:
    async def ends() -> None:
        async with showing(guardian, scenario) as shown:
            break_look(shown.session)
            await shown.until(lambda: shown.app.return_code is not None, "the app ends")

    with pytest.raises(Mistake):
        run(ends())
