"""reader-gone: a writer whose readers have left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import held_since
from ipcviz.diagnoses.words import holders, its_pipe
from ipcviz.events import Severity
from ipcviz.model import Channel, Model
from ipcviz.model.wait_graph import WaitGraph

_STANDARD_ERROR = 2


class ReaderGone(Rule):
    """A process holds the write end of a pipe that nobody reads: it learns so when it writes."""

    name: ClassVar[str] = "reader-gone"
    severity: ClassVar[Severity] = "info"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each pipe with writers and without readers, where every process can be seen."""
        if any(process.hidden for process in model.living()):
            return
        for channel in model.channels.values():
            if channel.writers and not channel.readers and _is_used(model, channel):
                yield _suspicion(model, channel)


def _is_used(model: Model, channel: Channel) -> bool:
    """Whether its writers know of it: of strangers many hold an anonymous pipe that they merely
    inherited, beyond their standard streams."""
    standard = any(end.fd <= _STANDARD_ERROR for end in channel.writers)
    return model.is_run or channel.kind == "fifo" or standard


def _suspicion(model: Model, channel: Channel) -> Suspicion:
    writers = tuple(sorted({end.pid for end in channel.writers}))
    one = len(writers) == 1
    return Suspicion(
        since=held_since(model, channel),
        severity="info",
        certain=True,
        pids=writers,
        channel=channel.name,
        what=f"{holders(model, channel.writers)} {'has' if one else 'have'} {its_pipe(channel)}"
        " open for writing, and nobody has it open for reading.",
        why=f"The last reader has left, and {'it learns' if one else 'they learn'} so at the next"
        f" write only: that {_fate(model, writers)} (pipe(7)).",
        do=f"Close that end, or let somebody open {its_pipe(channel)} for reading.",
    )


def _fate(model: Model, pids: tuple[int, ...]) -> str:
    """What becomes of the next write."""
    ignoring = {_ignores_sigpipe(model, pid) for pid in pids}
    if ignoring == {True}:
        return "fails with EPIPE, since SIGPIPE is ignored"
    if ignoring == {False}:
        return "brings SIGPIPE"
    return "brings SIGPIPE, or fails with EPIPE where that is ignored"


def _ignores_sigpipe(model: Model, pid: int) -> bool:
    process = model.processes.get(pid)
    signals = process.signals if process is not None else None
    return signals is not None and "SIGPIPE" in signals.ignored
