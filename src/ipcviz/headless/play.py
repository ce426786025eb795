"""Plays a scenario's steps without a screen, and tells how that ended as an exit code."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Sequence
from typing import Protocol

from ipcviz import events
from ipcviz.errors import ControlError
from ipcviz.exits import BY_SIGNAL, DONE, FAILED, TIMED_OUT
from ipcviz.headless.output import Output
from ipcviz.log import Listener
from ipcviz.model.words import exit_text
from ipcviz.scenarios.schema import Loaded
from ipcviz.session import Session
from ipcviz.steps import Line
from ipcviz.supervisor.guardian import Guardian

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Report(Protocol):
    """Tells a run while it goes on."""

    def begin(self, session: Session) -> None:
        """The session is open: listen to it."""

    def before(self, line: Line) -> None:
        """This step comes next."""

    def end(self, summary: events.Summary) -> None:
        """Everything has ended: tell what is left to tell."""


def play(
    loaded: Loaded,
    guardian: Guardian,
    report: Report,
    output: Output,
    listeners: Sequence[Listener] = (),
    script: Sequence[Line] | None = None,
    timeout: float = 60.0,
) -> int:
    """Run the scenario, carry out its steps or those of `script`, end what still runs.

    `output` is what the report writes to; the listeners hear every event; `timeout` is in seconds.
    Answers the exit code; raises UsageError where the scenario's FIFOs cannot be made.
    """
    session = Session(loaded, guardian, script, listeners)
    code = asyncio.run(_Play(session, report, output, timeout).run())
    if output.broken is None:
        return code
    if isinstance(output.broken, BrokenPipeError):
        return BY_SIGNAL + signal.SIGPIPE
    complain(f"standard output cannot be written: {output.broken.strerror}.")
    return FAILED


class _Play:
    def __init__(self, session: Session, report: Report, output: Output, timeout: float) -> None:
        self._session = session
        self._report = report
        self._output = output
        self._timeout = timeout
        self._signal = 0
        self._opened = asyncio.Event()

    async def run(self) -> int:
        self._steps = asyncio.create_task(self._take_steps())
        for number in _ENDING:
            asyncio.get_running_loop().add_signal_handler(number, self._end, number)
        self._session.failed = self._steps.cancel
        self._output.when_broken = lambda: self._end(signal.SIGPIPE)
        await self._session.open()
        try:
            code = await self._play()
            summary = self._session.summary()
        finally:
            cleaned_up = await self._close()
        self._report.end(summary)
        return code if cleaned_up or code != DONE else FAILED

    async def _play(self) -> int:
        self._report.begin(self._session)
        self._opened.set()
        try:
            code = await self._steps
        except asyncio.CancelledError:
            code = BY_SIGNAL + self._signal
        self._session.look()
        return FAILED if code == DONE and self._somebody_failed() else code

    async def _close(self) -> bool:
        try:
            await self._session.close()
        except ControlError as error:
            complain(str(error))
            return False
        return True

    def _end(self, number: int) -> None:
        self._signal = number
        self._steps.cancel()

    async def _take_steps(self) -> int:
        await self._opened.wait()
        steps = self._session.steps
        line: Line | None = None
        try:
            async with asyncio.timeout(self._timeout):
                while (line := steps.upcoming) is not None:
                    self._report.before(line)
                    await steps.take()
        except TimeoutError:
            complain(f"not done within {self._timeout:g} s (--timeout): ended.")
            return TIMED_OUT
        except ControlError as error:
            complain(f'step {steps.position}, "{line.command.text if line else ""}": {error}')
            return FAILED
        return DONE

    def _somebody_failed(self) -> bool:
        failed = [role for role in self._session.model.roles.values() if role.failed]
        for role in failed:
            how = exit_text(role.exit) if role.exit is not None else ""
            expected = " or ".join(str(one) for one in role.info.exits)
            complain(f"{role.name} ended with {how}; expected {expected}.")
        return bool(failed)


def complain(sentence: str) -> None:
    """Tell a person what went wrong."""
    print(f"ipcviz: {sentence}", file=sys.stderr)
