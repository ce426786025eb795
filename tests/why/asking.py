"""Asks `ipcviz why` about programs."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NamedTuple

from strangers import Strangers

COMMAND = [sys.executable, "-m", "ipcviz", "why"]


class Answer(NamedTuple):
    """What `ipcviz why` said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """Of --json: the one object."""
        return dict(json.loads(self.out))

    @property
    def told(self) -> set[int]:
        """Of --json: the pids of whom it tells."""
        return {one["pid"] for one in self.report["processes"]}


class Asking(Strangers):
    """Programs, and what is said of them."""

    def why(self, *words: object, command: list[str] = COMMAND) -> Answer:
        """Ask, from their directory."""
        told = subprocess.run(
            [*command, *map(str, words)], capture_output=True, text=True, cwd=self.directory
        )
        return Answer(told.returncode, told.stdout, told.stderr)
