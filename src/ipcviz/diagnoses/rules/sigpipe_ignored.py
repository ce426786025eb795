"""sigpipe-ignored: writing goes on though nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.growth import growth
from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import WaitGraph


class SigpipeIgnored(Rule):
    """A process that ignores SIGPIPE goes on writing to a pipe that nobody reads any more."""

    name: ClassVar[str] = "sigpipe-ignored"
    severity: ClassVar[Severity] = "warning"
    after: ClassVar[int] = 0
    """Two counts of its writes, some while apart, stand behind it already."""

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each writer of a pipe without readers that ignores SIGPIPE, if it was seen to write."""
        for channel in model.channels.values():
            if channel.readers:
                continue
            for pid in sorted({end.pid for end in channel.writers}):
                writer = model.processes.get(pid)
                grown = growth(writer) if writer is not None else None
                if writer is None or grown is None or not grown.writes or not _ignores(writer):
                    continue
                who = named(model, pid)
                yield Suspicion(
                    since=grown.since,
                    severity="warning",
                    certain=False,
                    pids=(pid,),
                    channel=channel.name,
                    what=f"{who} goes on writing, though nobody reads {channel.name} any more.",
                    why="It ignores SIGPIPE, which would have ended it; each write fails with"
                    " EPIPE instead (pipe(7)). An ignored signal survives execve(2): whoever"
                    " started it may have ignored it first.",
                    do=f"Let {who} stop at EPIPE, or start it with the default for SIGPIPE.",
                )


def _ignores(process: Process) -> bool:
    return process.signals is not None and "SIGPIPE" in process.signals.ignored
