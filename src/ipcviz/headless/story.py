"""A run as text for a person: the timeline, what the programs print, and how it ended."""

from __future__ import annotations

import asyncio
import shutil
from bisect import bisect_right

import click

from ipcviz import events
from ipcviz.events import Event
from ipcviz.headless.account import account
from ipcviz.headless.output import Output
from ipcviz.headless.row_text import RowText
from ipcviz.model.timeline.lifelines import BLINK
from ipcviz.model.timeline.rows import Row
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
        self._beside: list[tuple[int, str]] = []
        """What is to be printed between the rows, and when it happened."""
        self._told = 0
        self._last: Row | None = None
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
        self._width = max(least, min(most, shutil.get_terminal_size((100, 0)).columns))
        self._text = RowText(tuple(scenario.roles), self._width)
        session.log.listen(self._hear)
        self._flushing = asyncio.create_task(self._flush_now_and_then())

    def before(self, line: Line) -> None:
        """Print the words of a step, between what happened before it and after it."""
        words = clean(line.say) if line.say else f"({line.command.text})"
        style = {"bold": True} if line.say else {"dim": True}
        self._beside.append((self._session.log.now(), "\n" + click.style(words, **style)))

    def end(self, summary: events.Summary) -> None:
        """Print how each role ended, what went through each pipe, and what is wrong still."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._flush(summary.t)
        self._print("")
        for line in account(summary, self._width):
            self._print(line)

    def _hear(self, event: Event) -> None:
        if isinstance(event, events.Output):
            self._beside.append((event.t, self._text.output(event)))

    async def _flush_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            self._flush(self._session.log.now() - _HELD_BACK)

    def _flush(self, until: int) -> None:
        """Print all that happened until then."""
        lines = [(row.t, self._text.row(row)) for row in self._fresh(until)]
        lines += [one for one in self._beside if one[0] <= until]
        self._beside = [one for one in self._beside if one[0] > until]
        for _, text in sorted(lines, key=lambda line: line[0]):
            self._print(text)

    def _fresh(self, until: int) -> list[Row]:
        """The rows until then that were not printed yet."""
        timeline = self._session.timeline
        rows = timeline.rows
        first = max(0, self._told - timeline.dropped)
        if self._last is not None and first and rows[first - 1] is not self._last:
            # One that was printed was taken back, or one came in between.
            first = bisect_right(rows, self._last.seq, key=lambda row: row.seq)
        end = first
        while end < len(rows) and rows[end].t <= until:
            end += 1
        self._told = timeline.dropped + end
        self._last = rows[end - 1] if end else None
        return rows[first:end]

    def _print(self, text: str) -> None:
        line = text if self._colours else click.unstyle(text)
        # A locale that cannot show a character must not end the run.
        self._output.write((line + "\n").encode(self._encoding, errors="replace"))
