"""How long the menu takes to appear, beside a bare Textual app.

Both are started by turns in one run, each on a pseudo-terminal. Measured is the time from exec
to the first paint: the moment that a known text of the screen has arrived at the terminal. What
counts is the ratio of the medians, since it means the same on a slow machine.
"""

from __future__ import annotations

import os
import re
import select
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from terminal import spawn

BOUND = 1.25
RUNS = 15
COLUMNS, ROWS = 120, 40
DEADLINE = 30.0
_ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")

BARE = [sys.executable, str(Path(__file__).with_name("bare_app.py"))], b"only row"
MENU = [sys.executable, "-m", "ipcviz"], b"basic-worker-first"


def first_paint(command: Sequence[str], text: bytes) -> float:
    """Seconds from exec until the text has been painted."""
    began = time.perf_counter()
    pid, terminal = spawn(command, COLUMNS, ROWS)
    try:
        painted = b""
        while text not in _ESCAPES.sub(b"", painted):
            readable, _, _ = select.select([terminal], [], [], DEADLINE)
            if not readable:
                sys.exit(f"{command}: {text!r} was not painted within {DEADLINE} s")
            painted += os.read(terminal, 65536)
        return time.perf_counter() - began
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def main() -> None:
    """Print both medians and their ratio; exit 1 if it is over the bound."""
    for app in (BARE, MENU):
        first_paint(*app)  # Compiles what is imported, and reads it from the disk.
    times = [(first_paint(*BARE), first_paint(*MENU)) for _ in range(RUNS)]
    bare, menu = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = menu / bare
    print(f"first paint, median of {RUNS}: bare Textual app {bare:.3f} s, menu {menu:.3f} s")
    print(f"ratio {ratio:.2f}, bound {BOUND}")
    sys.exit(ratio > BOUND)


if __name__ == "__main__":
    main()
