"""How much more a process has read and written between the latest two counts of it."""

from __future__ import annotations

from typing import NamedTuple

from ipcviz.model import Process


class Growth(NamedTuple):
    """Calls and bytes that came in between. `since`: when it was counted first, and `lasted`: how
    long after it was counted again, both in nanoseconds."""

    since: int
    lasted: int
    reads: int
    read_bytes: int
    writes: int
    written_bytes: int

    @property
    def empty_reads(self) -> int:
        """So many reads at least got nothing: one that gets something gets a byte or more."""
        return self.reads - self.read_bytes

    @property
    def failed_writes(self) -> int:
        """So many writes at least wrote nothing."""
        return self.writes - self.written_bytes


def growth(process: Process, since: int) -> Growth | None:
    """By how much its counts have grown from this time on; null where it was not counted twice
    since."""
    if len(process.counts) < 2:
        return None
    before, after = process.counts
    if before.t < since:
        return None
    return Growth(
        before.t,
        after.t - before.t,
        after.reads - before.reads,
        after.read_bytes - before.read_bytes,
        after.writes - before.writes,
        after.written_bytes - before.written_bytes,
    )
