"""One of two programs that talk by a plan: SEED SIDE FIRST SECOND, where side 0 begins."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from typing import BinaryIO

from e2e.traffic import Burst, Plan, Voice


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


def speak(fd: int, voice: Voice) -> None:
    for line, pause in zip(voice.lines, voice.pauses, strict=True):
        if pause:
            time.sleep(pause)
        assert os.write(fd, line) == len(line)


def speak_together(fd: int, crowd: Sequence[Voice]) -> None:
    children, threads = [], []
    for voice in crowd:
        if voice.forked:
            pid = os.fork()
            if pid == 0:
                speak(fd, voice)
                os._exit(0)
            children.append(pid)
        else:
            threads.append(threading.Thread(target=speak, args=(fd, voice)))
            threads[-1].start()
    for thread in threads:
        thread.join()
    for pid in children:
        assert os.waitpid(pid, 0)[1] == 0


def listen(fd: int, file: BinaryIO | None, crowd: Sequence[Voice]) -> None:
    left = sum(len(line) for voice in crowd for line in voice.lines)
    received = b""
    while left:
        data = file.read(min(left, 4096)) if file is not None else os.read(fd, left)
        assert data, "the others have gone"
        received += data
        left -= len(data)
    lines = received.splitlines(keepends=True)
    for who, voice in enumerate(crowd):
        assert tuple(one for one in lines if one.startswith(b"%d " % who)) == voice.lines


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
    if side == 0:
        speak_together(writing, plan.crowd)
    else:
        listen(reading, into, plan.crowd)
    print("done")


if __name__ == "__main__":
    main()
