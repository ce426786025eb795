"""How much processor time the open app takes while every program is blocked.

Counted are ipcviz and all that descends from it, its guardian and the blocked programs included,
whose own share is nothing while they sleep.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from terminal import Terminal

BOUND = 2.0
"""Percent of a core."""
SECONDS = 30.0
SETTLED = 2.0
"""Seconds after the state is shown, until what its showing set going has ended."""


def main() -> None:
    """Print the percentage; exit 1 if it is over the bound."""
    with Terminal([sys.executable, "-m", "ipcviz", "run", "basic-main-first"]) as terminal:
        terminal.wait_for("start main")
        terminal.keys("m")
        terminal.wait_for("BLOCKED")
        time.sleep(SETTLED)
        processes = list(_tree(terminal.pid))
        before = sum(map(_processor_time, processes))
        time.sleep(SECONDS)
        terminal.wait_for("BLOCKED")
        spent = sum(map(_processor_time, processes)) - before
        percent = 100 * spent / SECONDS
    print(f"{len(processes)} processes, everyone blocked for {SECONDS:.0f} s:")
    print(f"{percent:.2f} % of a core, bound {BOUND} %")
    sys.exit(percent > BOUND)


def _tree(pid: int) -> Iterator[int]:
    """The process and all its descendants."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _tree(int(child))


def _processor_time(pid: int) -> float:
    """Seconds on a processor, in user and kernel mode (proc_pid_stat(5), utime and stime)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
