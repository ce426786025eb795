"""eof-spin: reading goes on at the end of file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.growth import growth
from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import holders, its_pipe
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph

EMPTY_READS = 100
"""So many reads that get nothing are more than a program needs to see its end of file."""
WITHIN = 500_000_000
"""Nanoseconds in which so many of them come."""
_NAP = 0.1
"""Seconds. Whoever sleeps for longer at a time does not spin."""


class EofSpin(Rule):
    """A process reads again and again from a pipe that has no writer: always end of file."""

    name: ClassVar[str] = "eof-spin"
    severity: ClassVar[Severity] = "warning"
    after: ClassVar[int] = 0
    """Two counts of its reads, some while apart, stand behind it already."""

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process that was seen to read on, once for each pipe."""
        for reader, channel, since in _seen_by_counts(model):
            who = named(model, reader.pid)
            ends = [end for end in channel.readers if end.pid == reader.pid]
            yield Suspicion(
                since=since,
                severity="warning",
                certain=False,
                pids=(reader.pid,),
                channel=channel.name,
                what=f"{holders(model, ends)} reads from {its_pipe(channel)} again and again, it"
                " seems, and gets nothing.",
                why="Nobody holds a write end of it, so each read returns at once with end of"
                " file, and poll(2) does not wait either (pipe(7)).",
                do=f"Let {who} stop at end of file, or open the FIFO anew, which waits for the"
                " next writer; a write end that the reader holds itself keeps end of file away."
                if channel.kind == "fifo"
                else f"Let {who} stop at end of file, and close the pipe.",
            )


def _seen_by_counts(model: Model) -> Iterator[tuple[Process, Channel, int]]:
    """Who holds the read end of a pipe without writers while its reads that get nothing grow in
    number; and since when."""
    for channel in model.channels.values():
        if channel.unwritten_since is None:
            continue
        for pid in sorted({end.pid for end in channel.readers}):
            reader = model.processes.get(pid)
            grown = growth(reader, channel.unwritten_since) if reader is not None else None
            if reader is None or grown is None or not _is_at_it(reader):
                continue
            quick = grown.empty_reads * WITHIN >= EMPTY_READS * grown.lasted
            if grown.empty_reads >= EMPTY_READS and quick:
                yield reader, channel, grown.since


def _is_at_it(reader: Process) -> bool:
    """Whether it still runs, but for naps."""
    state = reader.telling
    return state is not None and (
        state.state == "running" or (state.timed and state.limit is not None and state.limit < _NAP)
    )
