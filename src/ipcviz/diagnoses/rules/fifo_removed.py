"""fifo-removed: nobody can come to the other end any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import sleepers
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, State
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph

_STILL_FIFOS = (None, "nothing", "another FIFO")


class FifoRemoved(Rule):
    """A process waits on a FIFO that its path no longer leads to: removed, renamed or replaced."""

    name: ClassVar[str] = "fifo-removed"
    severity: ClassVar[Severity] = "error"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each wait in open(), or in a read that no other writer can end."""
        for process, state in sleepers(model):
            name = next((one.channel for one in state.waits_for if one.channel), state.channel)
            channel = model.channels.get(name or "")
            instead = channel.instead if channel is not None else None
            if not state.path_gone or instead not in _STILL_FIFOS:
                continue
            if state.call != "open" and not _reads_alone(process, state, channel):
                continue
            fifo, who = name or state.on or "a FIFO", named(model, process.pid)
            other = {"reader": "read from", "writer": "write to", "data": "write to"}
            end = state.waits_for[0].end if state.waits_for else None
            found = "another FIFO" if instead == "another FIFO" else "nothing that it waits for"
            yield Suspicion(
                since=state.began,
                severity="error",
                certain=True,
                pids=(process.pid,),
                channel=name,
                what=f"{who} waits in {state.call}({fifo}), and that FIFO cannot be reached"
                " by its path any more.",
                why=f"It was removed, renamed or replaced: the path leads to {found} now, so"
                f" nobody can come to {other.get(end or '', 'use')} it (unlink(2), rename(2)).",
                do=f"End {who} and let it open the path anew; keep a FIFO while it is in use.",
            )


def _reads_alone(process: Process, state: State, channel: Channel | None) -> bool:
    return (
        channel is not None
        and state.call in ("read", "poll")
        and not {end.pid for end in channel.writers} - {process.pid}
    )
