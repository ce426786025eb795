"""fifo-removed: nobody can come to the other end any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import another_type, sleepers
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, State
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph

_OPENS_IT = {"reader": "opens it for reading", "writer": "opens it for writing"}


class FifoRemoved(Rule):
    """A process waits on a FIFO that its path no longer leads to: removed, renamed or replaced."""

    name: ClassVar[str] = "fifo-removed"
    severity: ClassVar[Severity] = "error"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each wait in open(), or for data that nobody else can write; but for those where a file
        of another type took the FIFO's place."""
        for process, state in sleepers(model):
            channel = model.channels.get(state.channel or "")
            if not state.path_gone or (channel is not None and another_type(channel)):
                continue
            if state.call == "open" or (channel and _nobody_else_writes(process, state, channel)):
                yield _suspicion(model, process, state, channel)


def _suspicion(model: Model, process: Process, state: State, channel: Channel | None) -> Suspicion:
    who = named(model, process.pid)
    fifo = channel.name if channel is not None else state.on or "a FIFO"
    end = state.waits_for[0].end if state.waits_for else None
    until = f"until somebody {_OPENS_IT[end]}" if end in _OPENS_IT else "for data"
    instead = channel.instead if channel is not None else None
    leads = f"leads to {instead} now" if instead else "does not lead to it any more"
    return Suspicion(
        since=state.began,
        severity="error",
        certain=state.call == "open" or _holds(process, channel),
        pids=(process.pid,),
        channel=channel.name if channel is not None else None,
        what=f"{who} waits in {state.call}({fifo}) {until}, but that FIFO was removed, renamed or"
        " replaced.",
        why=f"Its path {leads}, so nobody finds the FIFO that {who} waits on by it (unlink(2),"
        " rename(2)).",
        do=f"End {who} and let it open the path anew, or open the FIFO by its new name if it was"
        " renamed; leave a FIFO in place while it is in use.",
    )


def _nobody_else_writes(process: Process, state: State, channel: Channel) -> bool:
    """Whether this is a wait for data, and nobody else holds a write end. A read without any at
    all would have ended: somebody out of sight holds one. A poll that began before the first
    writer came would not (poll(2))."""
    if not any(wanted.end == "data" for wanted in state.waits_for):
        return False
    others = {end.pid for end in channel.writers} - {process.pid}
    return not others and (state.call == "poll" or _holds(process, channel))


def _holds(process: Process, channel: Channel | None) -> bool:
    return channel is not None and any(end.pid == process.pid for end in channel.writers)
