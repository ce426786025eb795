"""wrong-file-type: what stands at the path is no FIFO."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import sleepers
from ipcviz.events import Severity
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph


class WrongFileType(Rule):
    """At the path of a FIFO stands something else, as a regular file that open() has created."""

    name: ClassVar[str] = "wrong-file-type"
    severity: ClassVar[Severity] = "error"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each FIFO whose path leads to a file of another type, if it is declared or waited for."""
        for channel in model.channels.values():
            if channel.instead in (None, "nothing", "another FIFO"):
                continue
            waiting = [
                (one.pid, state)
                for one, state in sleepers(model)
                if any(wanted.channel == channel.name for wanted in state.waits_for)
            ]
            if channel.info is None and not waiting:
                continue
            users = {end.pid for end in channel.holders} | {pid for pid, _ in waiting}
            path = channel.path or channel.name
            yield Suspicion(
                since=channel.changed,
                severity="error",
                certain=True,
                pids=tuple(sorted(users)),
                channel=channel.name,
                what=f"{path} is {channel.instead}, not a FIFO.",
                why="Whoever opens it now writes to a file that nobody reads from, or reads its"
                " end at once; the FIFO that stood there was removed or renamed.",
                do="Remove it, make the FIFO anew (mkfifo(1)), and open it without O_CREAT.",
            )
