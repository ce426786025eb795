"""Signals that a process of several threads blocks, and signals that it takes otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ipcviz.observers.kernel.descriptors import Descriptors, fdinfo
from ipcviz.observers.kernel.process import Thread
from ipcviz.observers.kernel.procfs import SignalSets, parse_signal_sets

_SIGNALFD = "anon_inode:[signalfd]"
_MASK = re.compile(rb"sigmask:\s*([0-9a-f]+)")


def of_thread(thread: Thread, runs: bytes) -> SignalSets:
    """The sets of one thread. They are read anew only where it has run since, as `runs`, its
    `schedstat`, tells; while it is in pselect(2) or its kin they hold the mask of that call.

    Raises OSError or ValueError where they cannot be read.
    """
    if thread.signals is None or thread.signals[0] != runs:
        thread.signals = runs, parse_signal_sets(thread.status.read())
    return thread.signals[1]


def of_every_thread(main: SignalSets, threads: Iterable[tuple[Thread, bytes]]) -> SignalSets:
    """The process's: blocked by each of its threads, pending for any."""
    pending, blocked = main.pending, main.blocked
    for thread, runs in threads:
        try:
            own = of_thread(thread, runs)
        except (OSError, ValueError):
            continue
        pending, blocked = pending | own.pending, blocked & own.blocked
    return SignalSets(pending, blocked, main.ignored, main.caught, main.first)


def read_by_signalfd(pid: int, descriptors: Descriptors) -> int:
    """The mask of the signals that a signalfd(2) of the process takes."""
    mask = 0
    for descriptor in descriptors.values():
        if descriptor.target == _SIGNALFD:
            try:
                found = _MASK.search(fdinfo(pid, descriptor.fd))
            except OSError:
                continue
            mask |= int(found[1], 16) if found else 0
    return mask
