"""self-held-end: a reader keeps its own end of file away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import absence, nobody_moves_since, peer, waits_for_data
from ipcviz.diagnoses.words import process as named
from ipcviz.diagnoses.words import processes
from ipcviz.events import Severity
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph


class SelfHeldEnd(Rule):
    """A reader itself holds a write end of the pipe that it waits on: no end of file can come."""

    name: ClassVar[str] = "self-held-end"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each reader of an empty pipe that holds a write end of it. One in a deadlock has
        others to wait for as well."""
        deadlocked = {pid for group in graph.groups() for pid in group.members}
        for process, state, channel in waits_for_data(model):
            own = sorted(end.fd for end in channel.writers if end.pid == process.pid)
            if not own:
                continue
            others = sorted({end.pid for end in channel.writers} - {process.pid})
            who, fds = named(model, process.pid), named(model, process.pid, *own)
            found = Suspicion(
                since=state.began,
                severity="info",
                certain=True,
                pids=(process.pid,),
                channel=channel.name,
                what=f"{who} waits for data on {channel.name}.",
                why=f"{fds} is itself a write end of it, so no end of file can come"
                + _others(model, process, channel, others),
                do=_cure(model, process, channel),
            )
            still = nobody_moves_since(model, process) if model.is_run else None
            if still is not None:
                yield replace(
                    found,
                    since=max(state.began, still),
                    severity="info" if process.pid in deadlocked else "warning",
                    what=f"{who} waits for data on {channel.name}, and nobody is left who could"
                    " write it.",
                )
            yield found


def _others(model: Model, process: Process, channel: Channel, others: list[int]) -> str:
    if others:
        return f"; else only {processes(model, others)} can write to it."
    role = peer(model, channel, reads=False)
    gone = absence(model, role) if role is not None else ""
    return f", and {gone}." if gone else "; nobody else holds one."


def _cure(model: Model, process: Process, channel: Channel) -> str:
    role = peer(model, channel, reads=False)
    start = role is not None and absence(model, role)
    begin = f"Start {role}; or open" if start else "Open"
    return f"{begin} {channel.name} with O_RDONLY, so that its end can be seen."
