"""How much more a process has read and written between the latest two counts of it."""

from __future__ import annotations

from typing import NamedTuple

from ipcviz.model import Process


class Growth(NamedTuple):
    """Calls and bytes that came in between; `since` is when it was first counted."""

    since: int
    reads: int
    read_bytes: int
    writes: int


def growth(process: Process) -> Growth | None:
    """By how much its counts have grown; null where it was not counted twice."""
    if len(process.counts) < 2:
        return None
    before, after = process.counts
    return Growth(
        before.t,
        after.reads - before.reads,
        after.read_bytes - before.read_bytes,
        after.writes - before.writes,
    )
