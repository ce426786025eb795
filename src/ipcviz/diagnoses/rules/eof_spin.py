"""eof-spin: reading goes on at the end of file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.growth import growth
from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph

EMPTY_READS = 100
"""Reads without a byte, between two counts, that are more than a program needs to see its end."""


class EofSpin(Rule):
    """A process reads again and again from a pipe whose writers have left: always end of file."""

    name: ClassVar[str] = "eof-spin"
    severity: ClassVar[Severity] = "warning"
    after: ClassVar[int] = 0
    """Two counts of its reads, some while apart, stand behind it already."""

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each reader of a pipe without writers whose reads grow in number, without any bytes."""
        for channel in model.channels.values():
            if channel.writers:
                continue
            for pid in sorted({end.pid for end in channel.readers}):
                reader = model.processes.get(pid)
                grown = growth(reader) if reader is not None else None
                if grown is None or grown.reads < EMPTY_READS or grown.read_bytes:
                    continue
                who = named(model, pid)
                yield Suspicion(
                    since=grown.since,
                    severity="warning",
                    certain=False,
                    pids=(pid,),
                    channel=channel.name,
                    what=f"{who} reads from {channel.name} again and again, and gets nothing.",
                    why="No writer is left, so each read returns at once with end of file, and"
                    " poll(2) calls it readable all the time (pipe(7)).",
                    do=f"Let {who} stop at end of file and open {channel.name} anew, or hold a"
                    " write end itself while it waits for the next writer.",
                )
