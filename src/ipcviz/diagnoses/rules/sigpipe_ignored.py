"""sigpipe-ignored: writing goes on though nobody reads."""

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

_STANDARD_OUTPUT = 1


class SigpipeIgnored(Rule):
    """A process that ignores SIGPIPE goes on writing to a pipe that nobody reads any more."""

    name: ClassVar[str] = "sigpipe-ignored"
    severity: ClassVar[Severity] = "warning"
    after: ClassVar[int] = 0
    """Two counts of its writes, some while apart, stand behind it already."""

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process that was seen to write on, once for each pipe."""
        for writer, channel, since in _seen_by_counts(model):
            who = named(model, writer.pid)
            ends = [end for end in channel.writers if end.pid == writer.pid]
            yield Suspicion(
                since=since,
                severity="warning",
                certain=False,
                pids=(writer.pid,),
                channel=channel.name,
                what=f"{holders(model, ends)} goes on writing to {its_pipe(channel)}, it seems,"
                " though nobody reads that any more.",
                why=f"{who} ignores SIGPIPE, which would have ended it: instead each write fails"
                " with EPIPE (pipe(7)). A signal that is ignored stays so in another program, and"
                " in every child (execve(2)): it may have been ignored by who started it.",
                do=f"Let {who} stop when a write fails, or start it with SIGPIPE as it is by"
                " default.",
            )


def _seen_by_counts(model: Model) -> Iterator[tuple[Process, Channel, int]]:
    """Who ignores SIGPIPE and holds the write end of a pipe without readers while its writes grow
    in number; and since when. The counts are of all that a process writes to. So either some of
    the writes must have failed, or the pipe is its standard output."""
    for channel in model.channels.values():
        if channel.unread_since is None:
            continue
        for pid in sorted({end.pid for end in channel.writers}):
            writer = model.processes.get(pid)
            grown = growth(writer, channel.unread_since) if writer is not None else None
            if writer is None or grown is None or not _ignores(writer):
                continue
            standard = any(end.pid == pid and end.fd == _STANDARD_OUTPUT for end in channel.writers)
            if grown.failed_writes > 0 or (standard and grown.writes > 0):
                yield writer, channel, grown.since


def _ignores(process: Process) -> bool:
    return process.signals is not None and "SIGPIPE" in process.signals.ignored
