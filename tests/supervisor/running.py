"""Runs roles under a real supervisor, and says what it told of them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

from ipcviz import events
from ipcviz.log import Log
from ipcviz.scenarios.schema import Channel, Loaded, Role, Scenario
from ipcviz.supervisor.guardian import Guardian
from ipcviz.supervisor.supervisor import Supervisor
from leftovers import processes_of
from waiting import wait_until

FOREVER = "import time\ntime.sleep(600)"


def python(code: str, *arguments: str, **settings: object) -> Role:
    """A role whose program is this Python code; the arguments may hold placeholders."""
    escaped = code.replace("{", "{{").replace("}", "}}")
    return Role(command=("{python}", "-c", escaped, *arguments), **settings)  # type: ignore[arg-type]


def shell(script: str, *arguments: str) -> Role:
    """A role whose program is this shell script; the arguments become $1, $2, ..."""
    escaped = script.replace("{", "{{").replace("}", "}}")
    return Role(command=("sh", "-c", escaped, "sh", *arguments))


def scenario(
    file: Path, roles: Mapping[str, Role], channels: Mapping[str, Channel] | None = None
) -> Loaded:
    """A scenario as if it had been read from this file."""
    return Loaded(
        scenario=Scenario(
            format=1, id="test", title="Test", roles=dict(roles), channels=dict(channels or {})
        ),
        file=file,
    )


class Run:
    """A supervisor and its log."""

    def __init__(self, loaded: Loaded, guardian: Guardian) -> None:
        self.session_id = f"test-{secrets.token_hex(6)}"
        self.log = Log()
        self.supervisor = Supervisor(loaded, self.log, self.session_id, guardian)

    def output(self, role: str, stream: str = "stdout") -> list[str]:
        """The lines that a role has written so far."""
        return [
            event.text
            for event in self.log.events
            if isinstance(event, events.Output) and event.role == role and event.stream == stream
        ]

    def dropped(self) -> list[events.Dropped]:
        """What was counted and not kept."""
        return [event for event in self.log.events if isinstance(event, events.Dropped)]

    def exits(self) -> list[events.ProcessExit]:
        """Every exit told, in order."""
        return [event for event in self.log.events if isinstance(event, events.ProcessExit)]

    async def wrote(self, role: str, line: str) -> None:
        """Wait until a role has written this line."""
        await until(lambda: line in self.output(role), f"{role} writes {line!r}")

    async def ended(self, role: str) -> events.ProcessExit:
        """Wait until a role's process has ended; how it did."""
        await until(lambda: not self.supervisor.running(role), f"{role} ends")
        return next(event for event in reversed(self.exits()) if event.role == role)


@contextlib.asynccontextmanager
async def running(
    guardian: Guardian,
    file: Path,
    roles: Mapping[str, Role],
    channels: Mapping[str, Channel] | None = None,
) -> AsyncIterator[Run]:
    """A run with these roles, none started. On leaving it is closed, and nothing may be left."""
    run = Run(scenario(file, roles, channels), guardian)
    run.supervisor.open()
    try:
        yield run
    finally:
        await run.supervisor.close()
    assert processes_of(run.session_id) == []


async def until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition while the loop goes on."""
    await asyncio.to_thread(wait_until, condition, what)
