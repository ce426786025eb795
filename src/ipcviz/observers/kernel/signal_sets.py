"""Signals that a process of several threads blocks, and signals that it takes otherwise."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable

from ipcviz.observers.kernel.descriptors import Descriptors, fdinfo
from ipcviz.observers.kernel.process import Thread
from ipcviz.observers.kernel.procfs import SignalSets, parse_signal_sets

_SIGNALFD = "anon_inode:[signalfd]"
_MASK = re.compile(rb"sigmask:\s*([0-9a-f]+)")


def blocked_by(thread: Thread, runs: bytes) -> int:
    """The mask of the signals that one thread blocks. It is read anew only where the thread has
    run since, as `runs`, its `schedstat`, tells; while that is in pselect(2) or its kin, the mask
    is that of the call.

    Raises OSError or ValueError where it cannot be read.
    """
    if thread.blocked is None or thread.blocked[0] != runs:
        thread.blocked = runs, parse_signal_sets(thread.status.read()).blocked
    return thread.blocked[1]


def of_every_thread(main: SignalSets, others: Iterable[tuple[Thread, bytes, int]]) -> SignalSets:
    """The process's: blocked by each of its threads, pending for it or for any of them. `main`
    has what is pending for the process. Of each other thread: its `schedstat`, and the mask of
    what is pending for it alone."""
    pending, blocked = main.pending, main.blocked
    for thread, runs, own in others:
        pending |= own
        with contextlib.suppress(OSError, ValueError):
            blocked &= blocked_by(thread, runs)
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
