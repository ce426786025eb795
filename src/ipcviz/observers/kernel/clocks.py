"""How long a thread has slept, and whether a file is younger: different clocks in the kernel."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator, Mapping

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


def asleep_for(threads: Mapping[tuple[int, int], int]) -> dict[tuple[int, int], float]:
    """About how many seconds ago each of these threads was last on a processor; without those of
    whom the kernel does not tell. `threads`: by pid and tid the processor that was."""
    by_processor: dict[int, list[tuple[int, int]]] = {}
    for thread, processor in threads.items():
        by_processor.setdefault(processor, []).append(thread)
    found: dict[tuple[int, int], float] = {}
    for processor, those in by_processor.items():
        with contextlib.suppress(OSError, IndexError, ValueError), _on(processor):
            now = _last_ran(os.getpid(), threading.get_native_id())
            for thread in those:
                with contextlib.suppress(OSError, IndexError, ValueError):
                    found[thread] = max(0.0, now - _last_ran(*thread)) / 1e3
    return found


def _asleep_for(pid: int, tid: int, stat: Stat) -> float:
    """Seconds since a thread was last on a processor, or somewhat less."""
    with _on(stat.processor):
        return (_last_ran(os.getpid(), threading.get_native_id()) - _last_ran(pid, tid)) / 1e3


@contextlib.contextmanager
def _on(processor: int) -> Iterator[None]:
    """Our own thread on this processor. Raises OSError where it may not run there.

    /proc/PID/sched tells when a thread last ran on a clock that each processor has for itself, and
    that stands still while the host has taken the processor away. So it is read there.
    """
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {processor})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def _last_ran(pid: int, tid: int) -> float:
    """Milliseconds of the processor's clock. Raises OSError, IndexError or ValueError where the
    kernel does not tell: it forgets it of a thread that it moves to another processor."""
    text = read(f"/proc/{pid}/task/{tid}/sched")
    moment = float(text.partition(b"se.exec_start")[2].split(None, 2)[1])
    if not moment:
        raise ValueError("not kept")
    return moment
