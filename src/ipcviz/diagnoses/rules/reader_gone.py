"""reader-gone: a writer whose readers have left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import holders
from ipcviz.events import Severity
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph


class ReaderGone(Rule):
    """A process holds the write end of a pipe that nobody reads: it learns so when it writes."""

    name: ClassVar[str] = "reader-gone"
    severity: ClassVar[Severity] = "info"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each pipe with writers and without readers, where every process can be seen."""
        if any(process.hidden for process in model.living()):
            return
        for channel in model.channels.values():
            if not channel.present or not channel.writers or channel.readers:
                continue
            writers = tuple(sorted({end.pid for end in channel.writers}))
            ignoring = all(_ignores_sigpipe(model, pid) for pid in writers)
            fate = "fails with EPIPE" if ignoring else "ends it by SIGPIPE, unless that is ignored"
            yield Suspicion(
                since=channel.changed,
                severity="info",
                certain=True,
                pids=writers,
                channel=channel.name,
                what=f"{holders(model, channel.writers)} can write to {channel.name},"
                " and nobody has it open for reading.",
                why=f"The last reader has left; the next write {fate} (pipe(7)).",
                do=f"Close it, or open {channel.name} for reading again.",
            )


def _ignores_sigpipe(model: Model, pid: int) -> bool:
    process = model.processes.get(pid)
    signals = process.signals if process is not None else None
    return signals is not None and "SIGPIPE" in signals.ignored
