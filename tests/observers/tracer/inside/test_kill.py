"""A program that is killed at any moment leaves whole records."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import DATA_AT_MOST, Kind
from observers.tracer.inside.running import Recorded, Told, environment, ring_directory
from waiting import wait_until

KILLS = int(os.environ.get("IPCVIZ_KILLS", "20"))
PROGRAM = """
import os, sys
writing, number = int(sys.argv[1]), 0
while True:
    text = b'%07d' % number
    os.write(writing, text + b'y' * (number % 40 if number % 10 else number % 6000))
    number += 1
"""


def written(number: int) -> bytes:
    size = number % 40 if number % 10 else number % 6000
    return b"%07d" % number + b"y" * size


def test_no_record_of_a_killed_program_is_torn() -> None:
    chosen = random.Random(KILLS)
    for _ in range(KILLS):
        kill_one(chosen.uniform(0, 0.02))


def kill_one(after: float) -> None:
    """Kill a writer `after` seconds in its work, and hold what it recorded against its pipe."""
    reading, writing = os.pipe()
    with ring_directory() as rings:
        child = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(writing)],
            pass_fds=[writing],
            env=environment(rings),
        )
        os.close(writing)
        recorded = Recorded(rings, child.pid)
        wait_until(recorded.find, "there is a ring")
        told: list[Told] = []
        came, end = len(os.read(reading, 1 << 16)), time.monotonic() + after
        while time.monotonic() < end:
            came += len(os.read(reading, 1 << 16))
            told += recorded.read()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        while data := os.read(reading, 1 << 16):
            came += len(data)
        os.close(reading)
        told += recorded.read()
        told.sort(key=lambda one: one.number)
        assert [one.number for one in told] == [*range(1, len(told) + 1)]
        for number, one in enumerate(told):
            assert one.kind == Kind.WRITE
            assert one.result == len(written(number))
            assert one.contents in (written(number)[:DATA_AT_MOST], written(number)[:80])
        # Of the call that it was killed in there is no record, whatever it wrote.
        missing = came - sum(one.result for one in told)
        lost = sum(one.calls for one in recorded.sites.unrecorded())
        assert lost or missing in range(len(written(len(told))) + 1)
        recorded.close()
