"""What a key or a step can do to the programs of a run."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from ipcviz import events
from ipcviz.errors import ControlError
from ipcviz.log import Log
from ipcviz.model import Model, Process
from ipcviz.scenarios import signals
from ipcviz.scenarios.schema import Scenario
from ipcviz.supervisor.supervisor import Supervisor

KILLED_WITHIN = 5.0
"""Seconds that killed processes are given to go. Only one in an uninterruptible sleep stays."""
LOOK_AGAIN = 0.005
"""Seconds between two looks at processes that are being killed."""


class Controls:
    """Starts, signals and feeds roles, and writes down who asked for it.

    Every method raises ControlError with a sentence where it cannot do what it is asked.
    """

    def __init__(self, scenario: Scenario, supervisor: Supervisor, model: Model, log: Log) -> None:
        self._scenario = scenario
        self._supervisor = supervisor
        self._model = model
        self._log = log

    def start(self, role: str) -> None:
        """Start the role's program. It must not run already."""
        starter = self._scenario.roles[role].started_by
        if starter is not None:
            raise ControlError(f"{role} is started by {starter}, not by you.")
        if self._model.roles[role].running:
            raise ControlError(f"{role} runs already.")
        self._supervisor.start(role)

    async def restart(self, role: str, look: Callable[[], object]) -> None:
        """Start the role's program; if it runs, kill it first with all that it started."""
        process = self._model.roles[role].process
        if process is not None and process.alive:
            await self._end_all(process, look)
        self.start(role)

    def act(self, name: str, text: str | None = None) -> None:
        """Carry out an action of the scenario. `text`: the line that it writes, if it writes one,
        instead of its own."""
        action = self._scenario.actions.get(name)
        if action is None:
            raise ControlError(f"this scenario has no action named {name}.")
        self._log.append(
            events.Action(
                t=self._log.now(),
                source="ipcviz",
                role=action.role,
                name=name,
                label=action.label,
                text=text,
            )
        )
        if action.start is not None:
            self.start(action.start)
        elif action.write_line is not None:
            line = action.write_line.text if text is None else text
            self._write_line(action.write_line.to, line)
        elif action.signal is not None:
            self.signal_role(action.signal.to, action.signal.name)
        elif action.finish is not None:
            self.finish(action.finish)

    def finish(self, role: str) -> None:
        """Close the role's standard input, so that it reads end of file."""
        self._running(role)
        self._supervisor.finish(role)

    def signal_role(self, role: str, name: str) -> None:
        """Send the role's process a signal."""
        self.signal(self._running(role).pid, name)

    def signal(self, pid: int, name: str) -> None:
        """Send any process of the run a signal, by its name."""
        try:
            self._supervisor.signal(pid, signals.number(name))
        except ProcessLookupError:
            raise ControlError(f"{self._model.name_of(pid)} has ended already.") from None
        except PermissionError:
            name = self._model.name_of(pid)
            raise ControlError(f"{name} belongs to another user: no permission.") from None

    def kill(self, pid: int) -> None:
        """End a process at once, with SIGKILL."""
        self.signal(pid, "SIGKILL")

    def toggle_pause(self, pid: int) -> None:
        """Stop a process with SIGSTOP, or let a stopped one go on with SIGCONT."""
        process = self._model.processes.get(pid)
        stopped = process is not None and process.state == "stopped"
        self.signal(pid, "SIGCONT" if stopped else "SIGSTOP")

    def _write_line(self, role: str, text: str) -> None:
        self._running(role)
        self._supervisor.write_line(role, text)

    def _running(self, role: str) -> Process:
        process = self._model.roles[role].process
        if process is None or not process.alive:
            state = "is not started" if process is None else "has ended"
            raise ControlError(f"{role} {state}.")
        return process

    async def _end_all(self, process: Process, look: Callable[[], object]) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + KILLED_WITHIN
        killed: set[int] = set()
        while living := [one for one in self._with_descendants(process) if one.alive]:
            for one in living:
                if one.pid not in killed:
                    killed.add(one.pid)
                    with contextlib.suppress(ControlError):
                        self.kill(one.pid)
            await asyncio.sleep(LOOK_AGAIN)
            look()
            if loop.time() > deadline:
                raise ControlError(f"{self._model.name_of(living[0].pid)} does not end.")

    def _with_descendants(self, process: Process) -> list[Process]:
        family = [process]
        for one in family:
            family += [child for child in self._model.processes.values() if child.ppid == one.pid]
        return family
