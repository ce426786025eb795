"""Whether a file was made before or after a thread fell asleep: different clocks in the kernel."""

from __future__ import annotations

import os
import threading
import time

from ipcviz.observers.kernel.procfs import Stat, parse_stat, read

_TICKS = os.sysconf("SC_CLK_TCK")
_STEP = 0.02
"""Seconds. The times of files and of threads' starts go by steps of up to 10 ms."""


def made_since_asleep(born: int, pid: int, tid: int) -> bool:
    """Whether a file that was made at `born`, in nanoseconds since 1970, is younger than the
    sleep of a thread. False where that cannot be told."""
    try:
        stat = parse_stat(read(f"/proc/{pid}/task/{tid}/stat"))
        thread_age = time.clock_gettime(time.CLOCK_BOOTTIME) - stat.start / _TICKS
        asleep = _asleep_for(pid, tid, stat)
    except (OSError, IndexError, ValueError):
        return False
    # Read last: where this thread had to wait meanwhile, the file seems older, not the sleep.
    age = time.time() - born / 1e9 + _STEP
    return age < thread_age and age < asleep


def asleep_for(pid: int, tid: int) -> float | None:
    """About how many seconds ago a thread was last on a processor; null where the kernel does not
    tell."""
    try:
        stat = parse_stat(read(f"/proc/{pid}/task/{tid}/stat"))
        return max(0.0, _asleep_for(pid, tid, stat))
    except (OSError, IndexError, ValueError):
        return None


def _asleep_for(pid: int, tid: int, stat: Stat) -> float:
    """Seconds since a thread was last on a processor, or somewhat less.

    /proc/PID/sched has it on a clock that each processor has for itself, and that stands still
    while the host has taken the processor away. So our own thread moves to that processor for a
    moment, and reads the same clock.
    """
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {stat.processor})
    try:
        return (_last_ran(os.getpid(), threading.get_native_id()) - _last_ran(pid, tid)) / 1e3
    finally:
        os.sched_setaffinity(0, allowed)


def _last_ran(pid: int, tid: int) -> float:
    """Milliseconds of the processor's clock. Raises OSError, IndexError or ValueError where the
    kernel does not tell."""
    text = read(f"/proc/{pid}/task/{tid}/sched")
    return float(text.partition(b"se.exec_start")[2].split(None, 2)[1])
