"""A run as text for a person: the timeline, what the programs print, and how it ended."""

from __future__ import annotations

import asyncio
import shutil

import click

from ipcviz import events
from ipcviz.events import Event
from ipcviz.headless.account import account
from ipcviz.headless.output import Output
from ipcviz.headless.row_text import RowText
from ipcviz.model.lifelines import BLINK
from ipcviz.session import Session
from ipcviz.steps import Line
from ipcviz.text import clean

_HELD_BACK = BLINK + 50_000_000
"""Nanoseconds that a row waits before it is printed: until then it may be taken back."""
_WIDTH = (80, 120)
"""Columns: at least, whatever the terminal says, and at most, for the sake of the reader."""


class Story:
    """Prints what a run tells, a line each: when, who, what, and how long it took. In colours
    where they are wanted."""

    def __init__(self, output: Output, colours: bool, encoding: str) -> None:
        self._output = output
        self._colours = colours
        self._encoding = encoding
        self._outputs: list[events.Output] = []
        self._told = 0
        self._flushing: asyncio.Task[None] | None = None

    def begin(self, session: Session) -> None:
        """Print the title, and tell what comes as it comes."""
        self._session = session
        scenario = session.loaded.scenario
        variant = f", variant {session.loaded.variant}" if session.loaded.variant else ""
        self._print(
            click.style(f"{clean(scenario.title)}", bold=True) + f" ({scenario.id}{variant})"
        )
        least, most = _WIDTH
        width = max(least, min(most, shutil.get_terminal_size((100, 0)).columns))
        self._text = RowText(tuple(scenario.roles), width)
        session.log.listen(self._hear)
        self._flushing = asyncio.create_task(self._flush_now_and_then())

    def before(self, line: Line) -> None:
        """Print the words of a step, after all that happened before it."""
        self._flush(self._session.log.now())
        if line.say:
            self._print("\n" + click.style(clean(line.say), bold=True))
        else:
            self._print("\n" + click.style(f"({line.command.text})", dim=True))

    def end(self, summary: events.Summary) -> None:
        """Print how each role ended and what went through each pipe."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._flush(summary.t)
        self._print("")
        for line in account(summary):
            self._print(line)

    def _hear(self, event: Event) -> None:
        if isinstance(event, events.Output):
            self._outputs.append(event)

    async def _flush_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            self._flush(self._session.log.now() - _HELD_BACK)

    def _flush(self, until: int) -> None:
        """Print all that happened until then."""
        timeline = self._session.timeline
        first = max(0, self._told - timeline.dropped)
        end = first
        while end < len(timeline.rows) and timeline.rows[end].t <= until:
            end += 1
        rows = timeline.rows[first:end]
        self._told = timeline.dropped + end
        lines = [(row.seq, self._text.row(row)) for row in rows]
        lines += [(one.seq, self._text.output(one)) for one in self._outputs if one.t <= until]
        self._outputs = [one for one in self._outputs if one.t > until]
        for _, text in sorted(lines, key=lambda line: line[0]):
            self._print(text)

    def _print(self, text: str) -> None:
        line = text if self._colours else click.unstyle(text)
        # A locale that cannot show a character must not end the run.
        self._output.write((line + "\n").encode(self._encoding, errors="replace"))
