"""What the tracer costs the programs that it is in, beside no tracer and beside strace.

Two programs send each other 36 bytes to and fro; counted is the time of a round trip. They run
bare, traced and under strace by turns, pinned to one core: what counts is the median of the ratios
of neighbours, since it means the same on a slow machine. Under strace fewer round trips are made,
as they take so much longer. Nobody reads what is recorded: what reading costs is not part of the
figures, the rings only never fill up. Of a program's start, with its standard streams on pipes, the
processor time until its first line counts; the time by the clock until its end is for information.
"""

from __future__ import annotations

import argparse
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from observers.tracer.inside.pythons import find
from observers.tracer.inside.running import environment

VERSION = "3.12"
RATIO = {"os": 2.0, "text": 2.2}
"""Bounds of a traced round trip to a bare one."""
OF_STRACE = 0.2
"""Bound of what the tracer adds to a round trip to what strace adds."""
START = 5.0
"""Bound of what the tracer adds to a program's start, in milliseconds."""
NAMES = {"os": "os.read and os.write", "text": "open() and print"}

ROUND_TRIPS, UNDER_STRACE = 20_000, 1_000
PAIRS, PAIRS_ON_TWO, STARTS = 7, 3, 40
BARE, TRACED, STRACE = "bare", "traced", "strace"
UNDER = (
    "strace -D -f --seccomp-bpf -ttt -T -yy -s 64"
    " -e trace=read,write,open,openat,close,pipe2,dup,dup2,kill,wait4,execve -o"
)
LAST_CORE = max(os.sched_getaffinity(0))
ALL_READ = struct.pack("<2Q", 1 << 62, 1 << 62)


def main() -> None:
    """Print every figure with its bound; exit 1 if one is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--python", default=find(VERSION), help=f"by default Python {VERSION}")
    python = parser.parse_args().python
    if python is None:
        print(f"skipped: there is no Python {VERSION} here, for which the bounds hold")
        return
    holds = [start(python)]
    if shutil.which("strace") is None:
        print("skipped: there is no strace here to compare with")
    else:
        holds += [holding for kind in NAMES for holding in round_trips(python, kind)]
    sys.exit(not all(holds))


def verdict(what: str, figure: float, bound: float, unit: str = "") -> bool:
    """Print a figure beside its bound, and say whether it is within."""
    holds = figure <= bound
    print(f"  {what}: {figure:.2f}{unit}, bound {bound}{unit}{'' if holds else '  BROKEN'}")
    return holds


def round_trips(python: str, kind: str) -> Iterator[bool]:
    """Measure round trips of a kind, and give whether each bound holds."""
    print(f"{NAMES[kind]}:")
    one_core = (LAST_CORE,)
    variants = BARE, TRACED, STRACE
    for variant in variants:
        round_trip(python, kind, variant, one_core)
    runs = [[round_trip(python, kind, one, one_core) for one in variants] for _ in range(PAIRS)]
    bare, traced, strace = (median(column) for column in zip(*runs, strict=True))
    print(f"  a round trip: bare {bare:.1f} us, traced {traced:.1f} us, strace {strace:.1f} us")
    yield verdict("traced to bare", median(run[1] / run[0] for run in runs), RATIO[kind])
    added = median((run[1] - run[0]) / (run[2] - run[0]) for run in runs)
    yield verdict("added, to what strace adds", added, OF_STRACE)
    cores = sorted(os.sched_getaffinity(0))[-2:]
    if len(cores) == 2:
        pairs = [
            [round_trip(python, kind, one, cores) for one in (BARE, TRACED)]
            for _ in range(PAIRS_ON_TWO)
        ]
        ratio = median(traced / bare for bare, traced in pairs)
        print(f"  on two cores, for information: {ratio:.2f}")


def round_trip(python: str, kind: str, variant: str, cores: Sequence[int]) -> float:
    """Microseconds of a round trip of two programs, pinned to these cores."""
    count = UNDER_STRACE if variant == STRACE else ROUND_TRIPS
    with folder() as here:
        fifos = [str(here / name) for name in ("to", "back")]
        for fifo in fifos:
            os.mkfifo(fifo)
        env = environment(here if variant == TRACED else None)
        program = [python, str(Path(__file__).with_name("round_trips.py")), kind]
        commands = [[*program, "worker", *fifos], [*program, "main", *fifos, str(count)]]
        if variant == STRACE:
            commands = [
                [*UNDER.split(), str(here / f"log{number}"), *command]
                for number, command in enumerate(commands)
            ]
        worker, program_main = (
            subprocess.Popen([*pinned(core), *command], env=env, stdout=subprocess.PIPE)
            for command, core in zip(commands, (cores[0], cores[-1]), strict=True)
        )
        if variant == TRACED:
            for process in worker, program_main:
                count_as_read(here, process)
        seconds = float(program_main.communicate()[0])
        worker.communicate()
        return seconds / count * 1e6


def count_as_read(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Tell the program that all it will ever record has been read."""
    while not (rings := list(folder.glob(f"{process.pid}.*.ring"))):
        time.sleep(0.001)
        if process.poll() is not None:
            sys.exit("the tracer did not begin in a program")
    with rings[0].open("r+b") as ring:
        ring.seek(layout.SLOTS_READ * 8)
        ring.write(ALL_READ)


def start(python: str) -> bool:
    """Measure a program's start, and say whether the bound holds."""
    with folder() as rings:
        variants = environment(None), environment(rings)
        for env in variants:
            started(python, env)  # Compiles what is imported, and reads it from the disk.
        pairs = [[started(python, env) for env in variants] for _ in range(STARTS)]
    (bare, wall), (traced, traced_wall) = (
        (median(one[0] for one in column), median(one[1] for one in column))
        for column in zip(*pairs, strict=True)
    )
    print(f"start of a program, until its first line: bare {bare:.1f} ms, traced {traced:.1f} ms")
    print(f"  by the clock until its end, for information: {wall:.1f} ms, {traced_wall:.1f} ms")
    added = median(traced[0] - bare[0] for bare, traced in pairs)
    return verdict("added", added, START, " ms")


def started(python: str, env: dict[str, str]) -> tuple[float, float]:
    """Milliseconds of a program: of the processor until its first line, of the clock until its
    end."""
    command = [*pinned(LAST_CORE), python, "-c", "import time; print(time.process_time())"]
    began = time.perf_counter()
    ran = subprocess.run(command, env=env, stdin=subprocess.PIPE, capture_output=True, check=True)
    return float(ran.stdout) * 1e3, (time.perf_counter() - began) * 1e3


def pinned(core: int) -> list[str]:
    """What runs a command on one core."""
    return ["taskset", "-c", str(core)]


@contextmanager
def folder() -> Iterator[Path]:
    """A directory in memory; what strace still writes to it may be lost."""
    path = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    main()
