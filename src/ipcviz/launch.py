"""Starts the app, if there is a terminal for it."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ipcviz.errors import UsageError

if TYPE_CHECKING:
    from ipcviz.log import Listener
    from ipcviz.scenarios.schema import Loaded
    from ipcviz.steps import Line


def require_terminal() -> None:
    """Raise UsageError where one of the standard streams is closed, or no terminal."""
    streams = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    for name, stream in streams.items():
        if stream is None or not stream.isatty():
            raise UsageError(
                f"the screen needs a terminal, and standard {name} is not one; "
                "without one use: ipcviz run SCENARIO --headless"
            )


def open_app(
    loaded: Loaded | None = None,
    lines: Sequence[Line] | None = None,
    record: Path | None = None,
    timeout: float | None = None,
    listeners: Sequence[Listener] = (),
) -> int:
    """Show the menu, or go straight into a scenario; see ui.app.run. Answers the exit code.

    Raises UsageError without a terminal, or where the scenario cannot be opened or not be
    recorded.
    """
    require_terminal()
    gc.disable()  # until the first paint: what is made by then stays, so nothing is garbage
    from ipcviz.supervisor.guardian import Guardian
    from ipcviz.ui.app import run

    guardian = Guardian.start(terminal=True)
    try:
        return run(loaded, guardian, lines, record, timeout, listeners)
    finally:
        guardian.farewell()
