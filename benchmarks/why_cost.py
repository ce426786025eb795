"""How long one look at every process takes, beside `lsof -n`, with 500 more processes.

Both commands are run by turns, start-up included. What counts is the ratio of the medians, since it
means the same on a slow machine.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence

BOUND = 1.0
RUNS = 15
PROCESSES = 500

LSOF = ["lsof", "-n"]
WHY = [sys.executable, "-m", "ipcviz", "why"]


def seconds(command: Sequence[str]) -> float:
    """From the start of a command to its end."""
    began = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - began


def main() -> None:
    """Print both medians and their ratio; exit 1 if it is over the bound."""
    if shutil.which(LSOF[0]) is None:
        sys.exit("needs lsof: apt-get install lsof")
    others = [subprocess.Popen(["sleep", "1000"]) for _ in range(PROCESSES)]
    try:
        for command in (LSOF, WHY):
            seconds(command)  # Compiles what is imported, and reads it from the disk.
        times = [(seconds(LSOF), seconds(WHY)) for _ in range(RUNS)]
    finally:
        for other in others:
            other.kill()
        for other in others:
            other.wait()
    lsof, why = (statistics.median(column) for column in zip(*times, strict=True))
    ratio = why / lsof
    print(f"one look, median of {RUNS}: lsof -n {lsof:.3f} s, ipcviz why {why:.3f} s")
    print(f"ratio {ratio:.2f}, bound {BOUND}")
    sys.exit(ratio > BOUND)


if __name__ == "__main__":
    main()
