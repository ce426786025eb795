"""One of two programs that talk by a plan: SEED SIDE FIRST SECOND, where side 0 begins."""

from __future__ import annotations

import os
import sys
import time
from typing import BinaryIO

from e2e.traffic import Burst, Plan


def write(fd: int, file: BinaryIO | None, burst: Burst) -> None:
    for data, pause in zip(burst.writes, burst.pauses, strict=True):
        if pause:
            time.sleep(pause)
        if file is not None:
            file.write(data)
            file.flush()
        else:
            assert os.write(fd, data) == len(data)


def read(fd: int, file: BinaryIO | None, burst: Burst) -> None:
    left, turn = len(burst.data), 0
    received = []
    while left:
        size = min(left, burst.reads[turn % len(burst.reads)])
        data = file.read(size) if file is not None else os.read(fd, size)
        assert data, "the other has gone"
        received.append(data)
        left -= len(data)
        turn += 1
    assert b"".join(received) == burst.data, "what was read is not what was written"


def main() -> None:
    seed, side, first, second = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]
    plan = Plan(seed)
    outgoing = (first, second)[side]
    # Both open them in the same order, so that each open() lets the other's through.
    ends = {
        path: os.open(path, os.O_WRONLY if path == outgoing else os.O_RDONLY)
        for path in sorted((first, second))
    }
    writing = ends.pop(outgoing)
    (reading,) = ends.values()
    out = os.fdopen(writing, "wb") if plan.buffered else None
    into = os.fdopen(reading, "rb") if plan.buffered else None
    for number, burst in enumerate(plan.bursts):
        if number % 2 == side:
            write(writing, out, burst)
        else:
            read(reading, into, burst)
    print("done")


if __name__ == "__main__":
    main()
