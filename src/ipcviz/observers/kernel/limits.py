"""How long a timed call sleeps at most, as its caller has put it into its memory."""

from __future__ import annotations

import struct
import time

from ipcviz.observers.kernel.procfs import memory

NANOSECONDS, MICROSECONDS = 1_000_000_000, 1_000_000
"""Parts of a second that the second field of a struct timespec and of a struct timeval counts."""

_COMMON_CLOCKS = (
    time.CLOCK_REALTIME,
    time.CLOCK_MONOTONIC,
    time.CLOCK_BOOTTIME,
    time.CLOCK_TAI,
)
"""Those that every process reads alike; others count the processor's time of one of them."""


def seconds_at(pid: int, address: int, parts: int = NANOSECONDS) -> float | None:
    """The length of time that stands at an address, in seconds: a struct timespec, or with
    MICROSECONDS a struct timeval; null for the address 0, or where it cannot be read."""
    text = memory(pid, address, 16) if address else b""
    if len(text) < 16:
        return None
    seconds, part = struct.unpack("qq", text)
    return float(seconds + part / parts)


def seconds_until(pid: int, address: int, clock: int) -> float | None:
    """The seconds from now to the time that stands at an address, a struct timespec of this clock;
    null where it cannot be read, or has passed, as it may seem in another time_namespaces(7)."""
    end = seconds_at(pid, address) if clock in _COMMON_CLOCKS else None
    left = end - time.clock_gettime(clock) if end is not None else -1.0
    return round(left, 3) if left >= 0 else None
