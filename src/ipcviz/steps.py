"""Carries out the steps of a scenario or of --script, and waits for what they wait for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ipcviz import events
from ipcviz.controls import Controls
from ipcviz.errors import ControlError
from ipcviz.events import Finding
from ipcviz.log import Log
from ipcviz.model import Model
from ipcviz.scenarios import steps
from ipcviz.scenarios.steps import Command

GIVES_UP_AFTER = 10.0
"""Seconds until a `wait` that does not come true fails."""
LOOKS_APART = 0.02
"""Seconds between the two looks that must agree before `wait ROLE blocked` believes them."""
FOUND_WITHIN = 2.0
"""Seconds until an `expect RULE` that does not come true fails."""
LASTS_UNTIL = 0.5
"""Seconds after which `expect no RULE` looks."""

READING = (1.5, 0.04)
"""Seconds that a play gives a person before a step: these, and this much for each character."""


@dataclass(frozen=True)
class Line:
    """One step of a play: what it does, and the words shown before it."""

    command: Command
    say: str | None = None


class Steps:
    """A play under way. `position` is the number of steps taken."""

    def __init__(
        self,
        lines: Sequence[Line],
        controls: Controls,
        model: Model,
        log: Log,
        look: Callable[[], object],
    ) -> None:
        self.lines = tuple(lines)
        self.position = 0
        self._taking = asyncio.Lock()
        self._held = asyncio.Event()
        self._held.set()
        self._controls = controls
        self._model = model
        self._log = log
        self._look = look

    @property
    def upcoming(self) -> Line | None:
        """The next step, or null after the last."""
        return self.lines[self.position] if self.position < len(self.lines) else None

    def started_by_hand(self, role: str) -> None:
        """A person has started this role: if that comes next, after what is only waited for, it
        is done."""
        for position in range(self.position, len(self.lines)):
            command = self.lines[position].command
            if isinstance(command, steps.Start) and command.role == role:
                self.position = position + 1
            if not isinstance(command, steps.Wait):
                return

    async def take(self) -> None:
        """Carry out the next step, and write down whether it came true.

        Raises ControlError with a sentence where it did not.
        """
        async with self._taking:  # one after the other, whoever asks
            line = self.upcoming
            if line is None:
                return
            self.position += 1
            try:
                await self._carry_out(line.command)
            except ControlError as error:
                why = str(error)
                self._log.append(
                    events.Step(
                        t=self._log.now(), source="ipcviz", do=line.command.text, ok=False, why=why
                    )
                )
                raise
            self._log.append(
                events.Step(t=self._log.now(), source="ipcviz", do=line.command.text, ok=True)
            )

    async def play(self) -> None:
        """Take step after step, with time to read before each, until the last or until `hold`.

        Raises ControlError where a step did not come true; the play is then held.
        """
        if self.playing:
            return
        held = self._held = asyncio.Event()
        try:
            while not held.is_set() and (line := self.upcoming) is not None:
                base, each = READING
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(base + each * len(line.say or "")):
                        await held.wait()
                if not held.is_set():
                    await self.take()
        finally:
            held.set()

    def hold(self) -> None:
        """Let the play stop before its next step."""
        self._held.set()

    @property
    def playing(self) -> bool:
        """A play is under way, and nobody has held it."""
        return not self._held.is_set()

    async def _carry_out(self, command: Command) -> None:
        controls = self._controls
        match command:
            case steps.Start(role=role):
                controls.start(role)
            case steps.Wait(role=role, state=state):
                await self._wait(role, state)
            case steps.Fire(count=count):
                for _ in range(count):
                    controls.act("fire")
            case steps.Do(action=action):
                controls.act(action)
            case steps.Finish(role=role):
                controls.finish(role)
            case steps.SendSignal(role=role, name=name):
                controls.signal_role(role, name)
            case steps.Kill(role=role):
                controls.signal_role(role, "SIGKILL")
            case steps.Pause(role=role):
                controls.signal_role(role, "SIGSTOP")
            case steps.Resume(role=role):
                controls.signal_role(role, "SIGCONT")
            case steps.Sleep(seconds=seconds):
                await asyncio.sleep(seconds)
            case steps.Expect(rule=rule, absent=False):
                await self._expect(rule)
            case steps.Expect(rule=rule, absent=True):
                await self._expect_none(rule)

    async def _wait(self, role: str | None, state: str) -> None:
        deadline = asyncio.get_running_loop().time() + GIVES_UP_AFTER
        seen: object = None
        while True:
            self._look()
            evidence = self._all_exited() if role is None else self._evidence(role, state)
            # The same call on the same thing in two looks: one look may catch a process on its way.
            if evidence is not None and (state != "blocked" or evidence == seen):
                await _printed_is_read()
                return
            seen = evidence
            if asyncio.get_running_loop().time() > deadline:
                raise ControlError(self._too_late(role, state))
            await asyncio.sleep(LOOKS_APART)

    async def _expect(self, rule: str) -> None:
        deadline = asyncio.get_running_loop().time() + FOUND_WITHIN
        while self._finding(rule) is None:
            if asyncio.get_running_loop().time() > deadline:
                found = [one.rule for one in self._model.gravest_findings]
                others = f"; found: {', '.join(found)}." if found else "; nothing was."
                raise ControlError(f"{rule} was not found within {FOUND_WITHIN:g} s{others}")
            await asyncio.sleep(LOOKS_APART)

    async def _expect_none(self, rule: str) -> None:
        await asyncio.sleep(LASTS_UNTIL)
        self._look()
        finding = self._finding(rule)
        if finding is not None:
            raise ControlError(f"{rule} was found: {finding.what}")

    def _finding(self, rule: str) -> Finding | None:
        """The gravest finding of this rule that is true now."""
        return next((one for one in self._model.gravest_findings if one.rule == rule), None)

    def _evidence(self, name: str, state: str) -> object:
        """What makes the wait come true, null while it does not: for a blocked role its call and
        what that is on."""
        role = self._model.roles[name]
        if role.state != state:
            return None
        telling = role.process.telling if role.process is not None else None
        if telling is None:
            return state
        return (telling.tid, telling.call, telling.channel, telling.on, telling.waits_for)

    def _all_exited(self) -> object:
        started = [role for role in self._model.roles.values() if role.process is not None]
        return True if started and not any(role.running for role in started) else None

    def _too_late(self, role: str | None, state: str) -> str:
        if role is not None:
            now = self._model.roles[role].state
            return f"{role} was not {state} within {GIVES_UP_AFTER:.0f} s: it is {now}."
        running = [one.name for one in self._model.roles.values() if one.running]
        names = " and ".join(running) or "every role"
        return f"not all had exited within {GIVES_UP_AFTER:.0f} s: {names} had not."


async def _printed_is_read() -> None:
    """Let the loop read what the programs have printed by now, so that it is told before the
    next step: it asks the kernel in its next turn, and reads in the one after that."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)
