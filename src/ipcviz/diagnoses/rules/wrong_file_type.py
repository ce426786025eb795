"""wrong-file-type: what stands at the path is no FIFO."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import another_type, held_since, sleepers
from ipcviz.diagnoses.words import processes
from ipcviz.events import Severity
from ipcviz.model import Channel, Model
from ipcviz.model.wait_graph import WaitGraph


class WrongFileType(Rule):
    """At the path of a FIFO stands something else, such as a regular file that open() has made."""

    name: ClassVar[str] = "wrong-file-type"
    severity: ClassVar[Severity] = "error"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each FIFO whose path leads to a file of another type, if it is declared or waited for."""
        for channel in model.channels.values():
            waiting = _waiting(model, channel) if another_type(channel) else []
            if waiting or (another_type(channel) and channel.info is not None):
                yield _suspicion(model, channel, waiting)


def _suspicion(model: Model, channel: Channel, waiting: list[int]) -> Suspicion:
    users = {end.pid for end in channel.holders}.union(waiting)
    wait = "waits" if len(waiting) == 1 else "wait"
    on = f", and {processes(model, waiting)} {wait} on the FIFO that was there" if waiting else ""
    path = channel.path or channel.name
    return Suspicion(
        since=held_since(model, channel),
        severity="error",
        certain=True,
        pids=tuple(sorted(users)),
        channel=channel.name,
        what=f"{channel.name} is {channel.instead}, not a FIFO{on}.",
        why=f"Whoever opens {path} now gets that, and meets nobody there (fifo(7)).",
        do=f"Remove it, make the FIFO anew with mkfifo(1), and open it without O_CREAT: a shell's"
        f" > {_last(path)} creates a regular file where there is none.",
    )


def _waiting(model: Model, channel: Channel) -> list[int]:
    """The processes that wait on it."""
    pids = (
        process.pid
        for process, state in sleepers(model)
        if any(wanted.channel == channel.name for wanted in state.waits_for)
    )
    return list(dict.fromkeys(pids))


def _last(path: str) -> str:
    return path.rpartition("/")[2]
