"""`ipcviz why` beside `lsof -n`, with 500 more processes that sleep.

Both are started by turns in one run, as whole commands. What counts is the ratio of the medians,
since it means the same on a slow machine.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

BOUND = 1.0
RUNS = 15
MORE = 500
WHY = [str(Path(sys.executable).with_name("ipcviz")), "why"]
LSOF = ["lsof", "-n"]
SLEEP = ["sleep", "3600"]


def duration(command: Sequence[str]) -> float:
    """Seconds that a command takes, start and end included."""
    began = time.perf_counter()
    subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,  # why exits with 3 where something is wrong
    )
    return time.perf_counter() - began


def compare() -> tuple[float, float]:
    """The medians of both, in seconds."""
    for command in (WHY, LSOF):
        duration(command)  # Compiles what is imported, and reads it from the disk.
    times = [(duration(WHY), duration(LSOF)) for _ in range(RUNS)]
    why, lsof = (statistics.median(column) for column in zip(*times, strict=True))
    return why, lsof


def main() -> None:
    """Print both medians and their ratio; exit 1 if it is over the bound."""
    if shutil.which(LSOF[0]) is None:
        print("lsof is not installed: nothing to compare why with")
        return
    null = subprocess.DEVNULL
    sleepers = [subprocess.Popen(SLEEP, stdin=null, stdout=null, stderr=null) for _ in range(MORE)]
    try:
        why, lsof = compare()
    finally:
        for sleeper in sleepers:
            sleeper.kill()
            sleeper.wait()
    ratio = why / lsof
    print(f"with {MORE} more processes, median of {RUNS}: why {why:.3f} s, lsof -n {lsof:.3f} s")
    print(f"ratio {ratio:.2f}, bound {BOUND}")
    sys.exit(ratio > BOUND)


if __name__ == "__main__":
    main()
