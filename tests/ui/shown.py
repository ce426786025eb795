"""The app without a terminal: press keys, click, read the screen, wait for a text."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from ipcviz.scenarios import catalog
from ipcviz.scenarios.schema import Loaded
from ipcviz.session import Session
from ipcviz.supervisor.guardian import Guardian
from ipcviz.ui.app import IpcvizApp

PYTHON = Path(sys.executable).name
"""How a program's start is told begins so: `python` or `python3`, as these tests were run."""

SIZES = [(80, 24), (120, 40), (200, 50)]


class Shown:
    """An app that runs, as a person sees it."""

    def __init__(self, app: IpcvizApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def session(self) -> Session:
        assert self.app.session is not None
        return self.app.session

    def rows(self) -> list[str]:
        """The text of the screen, row by row."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    def text(self) -> str:
        return "\n".join(self.rows())

    def notices(self) -> list[str]:
        """What each notification says, as drawn, its rows joined: a long path breaks them where
        it will."""
        rows = self.rows()
        regions = [toast.content_region for toast in self.app.screen.query("Toast")]
        drawn = ([row[at.x : at.right] for row in rows[at.y : at.bottom]] for at in regions)
        return [" ".join(" ".join(lines).split()) for lines in drawn]

    async def press(self, *keys: str) -> None:
        """Press keys, each once the one before it has had its effect: three rounds of messages
        take it from the app to the widget with the focus, and its action back to the app. The
        pilot's own press would wait until no time of the processor is used, up to two seconds."""
        for key in keys:
            self.app.simulate_key(key)
            for _ in range(3):
                await self.pilot.pause(0)

    async def click_on(self, text: str) -> None:
        """Click on the first place where the text stands."""
        for y, row in enumerate(self.rows()):
            if text in row:
                await self.pilot.click(offset=(row.index(text) + 1, y))
                return
        raise AssertionError(f"{text!r} is nowhere in\n{self.text()}")

    async def until(self, holds: Callable[[], object], what: str, deadline: float = 10.0) -> None:
        """Let the app run until the condition holds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline
        while not holds():
            if loop.time() > end:
                raise AssertionError(f"not within {deadline} s: {what}\n{self.text()}")
            await self.pilot.pause(0.01)

    async def see(self, *texts: str) -> list[str]:
        """Wait until every text stands somewhere on the screen, and give the screen then."""
        await self.until(lambda: all(text in self.text() for text in texts), f"to see {texts}")
        return self.rows()


@asynccontextmanager
async def showing(
    guardian: Guardian,
    scenario: str | Path | Loaded | None = None,
    size: tuple[int, int] = (120, 40),
    record: Path | None = None,
) -> AsyncIterator[Shown]:
    """The app at this size: the menu, or a scenario. What it started is ended afterwards."""
    loaded = catalog.load(scenario) if isinstance(scenario, str | Path) else scenario
    app = IpcvizApp(loaded, guardian)
    if record is not None:
        app.record(record)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            yield Shown(app, pilot)
    finally:
        await app.close_session()
        app.end_recording()


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run a test that waits."""
    asyncio.run(test)
