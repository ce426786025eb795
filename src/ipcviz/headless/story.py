"""A run as text for a person: the timeline, what the programs print, and how it ended."""

from __future__ import annotations

import asyncio
from itertools import takewhile

import click

from ipcviz import events
from ipcviz.events import Event
from ipcviz.headless.output import Output
from ipcviz.marks import mark
from ipcviz.model.lifelines import BLINK
from ipcviz.model.rows import Row
from ipcviz.session import Session
from ipcviz.steps import Line
from ipcviz.text import bytes_text, clean

_HELD_BACK = BLINK + 50_000_000
"""Nanoseconds that a row waits before it is printed: until then it may be taken back."""
_COLOURS = {
    "running": "green",
    "ready": "blue",
    "blocked": "yellow",
    "stopped": "magenta",
    "zombie": "magenta",
    "failed": "red",
    "killed": "red",
    "signal": "magenta",
    "bytes": "cyan",
}
_KIND_MARKS = {"signal": "signal", "fill": "bytes", "drain": "bytes"}
_SECOND = 1_000_000_000


class Story:
    """Prints what a run tells, a line each: when, who, what. In colours where they are wanted."""

    def __init__(self, output: Output, colours: bool, encoding: str) -> None:
        self._output = output
        self._colours = colours
        self._encoding = encoding
        self._outputs: list[events.Output] = []
        self._told = -1
        self._flushing: asyncio.Task[None] | None = None

    def begin(self, session: Session) -> None:
        """Print the title, and tell what comes as it comes."""
        self._session = session
        scenario = session.loaded.scenario
        variant = f", variant {session.loaded.variant}" if session.loaded.variant else ""
        self._print(
            click.style(f"{clean(scenario.title)}", bold=True) + f" ({scenario.id}{variant})"
        )
        self._width = max(len(name) for name in scenario.roles)
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
        """Print how each role ended and what each pipe holds."""
        if self._flushing is not None:
            self._flushing.cancel()
        self._flush(summary.t)
        self._print("")
        for name, role in summary.roles.items():
            end = f"exit {role.exit}" if isinstance(role.exit, int) else role.exit or ""
            pid = "" if role.pid is None else f"pid {role.pid}"
            self._print(f"{name:<{self._width}}  {role.state:<11}  {end:<8}  {pid}".rstrip())
        for name, channel in summary.channels.items():
            held = {None: "not known", 0: "empty"}.get(
                channel.queued, bytes_text(channel.queued or 0)
            )
            self._print(f"{name}: {held}")

    def _hear(self, event: Event) -> None:
        if isinstance(event, events.Output):
            self._outputs.append(event)

    async def _flush_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            self._flush(self._session.log.now() - _HELD_BACK)

    def _flush(self, until: int) -> None:
        """Print all that happened until then."""
        rows = takewhile(lambda row: row.seq > self._told, reversed(self._session.timeline.rows))
        fresh = [row for row in rows if row.t <= until]
        lines = [(row.seq, self._row(row)) for row in reversed(fresh)]
        lines += [(one.seq, self._printed(one)) for one in self._outputs if one.t <= until]
        self._outputs = [one for one in self._outputs if one.t > until]
        self._told = max([self._told, *(row.seq for row in fresh)])
        for _, text in sorted(lines, key=lambda line: line[0]):
            self._print(text)

    def _row(self, row: Row) -> str:
        name = row.mark or _KIND_MARKS.get(row.kind, "")
        sign = click.style(mark(name) or " ", fg=_COLOURS.get(name))
        text = clean(row.text)
        if row.by is not None:
            text = f"{text}, by {row.by}" if row.kind == "start" else f"{row.by}: {text}"
        return self._line(row.t, row.role, sign, text)

    def _printed(self, output: events.Output) -> str:
        sign = click.style(mark("output"), dim=True)
        return self._line(output.t, output.role or "", sign, clean(output.text))

    def _line(self, t: int, role: str, sign: str, text: str) -> str:
        return f"{t / _SECOND:9.3f}  {role:<{self._width}}  {sign} {text}"

    def _print(self, text: str) -> None:
        line = text if self._colours else click.unstyle(text)
        # A locale that cannot show a character must not end the run.
        self._output.write((line + "\n").encode(self._encoding, errors="replace"))
