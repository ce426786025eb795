"""Signals that a process of several threads blocks, and that wait for it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from ipcviz.observers.kernel.process import Thread
from ipcviz.observers.kernel.procfs import SignalSets, parse_signal_sets


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
