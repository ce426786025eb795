"""Runs `ipcviz run ... --headless --json`, and reads what it tells."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Event = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """How a run ended, and its events."""

    code: int
    events: list[Event]
    stderr: str

    def of_type(self, kind: str) -> list[Event]:
        """The events of one type, in order."""
        return [event for event in self.events if event["type"] == kind]

    @property
    def summary(self) -> Event:
        """The last line, which must be the summary."""
        assert self.events[-1]["type"] == "summary", self.events[-1]
        return self.events[-1]

    def waits(self) -> set[tuple[str, str, str | None]]:
        """Every wait that was seen: role, call, and the channel if it is on one."""
        roles = dict(self._roles())
        return {
            (roles[event["pid"]], event["call"], event.get("channel"))
            for event in self.of_type("state")
            if event["state"] in ("blocked", "ready") and event["pid"] in roles
        }

    def _roles(self) -> Iterator[tuple[int, str]]:
        for event in self.events:
            if event["type"] in ("process.start", "process.exec") and "role" in event:
                yield event["pid"], event["role"]


def ipcviz(*arguments: str) -> list[str]:
    """The command line of ipcviz as it is installed for the tests."""
    return [sys.executable, "-m", "ipcviz", *arguments]


def run_headless(*arguments: str) -> Told:
    """`ipcviz run ARGUMENTS --headless --json`, to its end."""
    command = ipcviz("run", *arguments, "--headless", "--json")
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=False
    )
    events = [json.loads(line) for line in done.stdout.split("\n") if line]
    return Told(done.returncode, events, done.stderr)


def environment(**more: str) -> dict[str, str]:
    """Ours, with more laid over it."""
    return {**os.environ, **more}
