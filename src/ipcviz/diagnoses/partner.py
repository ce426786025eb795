"""What the rules about a wait in open() share: each end waits for somebody at the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from msgspec import structs

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import absence, peer, sleepers, wanted_ends
from ipcviz.diagnoses.standstill import standstill
from ipcviz.diagnoses.words import doing
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, State
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph


class WaitingForPartner(Rule):
    """A process waits in open() for somebody to open the other end of the FIFO."""

    severity: ClassVar[Severity] = "warning"
    end: ClassVar[Literal["reader", "writer"]]
    own: ClassVar[str]
    """What the process opens it for, `reading` or `writing`."""
    purpose: ClassVar[str]
    """What the other is to open it for."""
    instead: ClassVar[str]
    """The flags of open(2) with which it would not wait."""

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each wait in open() on a FIFO that can still be reached by its path."""
        for process, state in sleepers(model):
            if state.call == "open" and not state.path_gone:
                for wanted in wanted_ends(state, self.end):
                    if wanted.channel in model.channels:
                        channel = model.channels[wanted.channel]
                        yield from self._suspicions(model, process, state, channel)

    def _suspicions(
        self, model: Model, process: Process, state: State, channel: Channel
    ) -> Iterator[Suspicion]:
        who = named(model, process.pid)
        what = f"{who} waits in open({channel.name}) until somebody opens it for {self.purpose}"
        found = Suspicion(
            since=state.began,
            severity="info" if model.is_run else "warning",
            certain=model.is_run,
            pids=(process.pid,),
            channel=channel.name,
            what=f"{what}.",
            why=self._why(model, channel),
            do=self._cure(model, channel, who),
        )
        still = standstill(model, channel)
        if still is not None:
            yield structs.replace(
                found,
                since=still.since,
                severity="warning",
                certain=still.certain,
                what=f"{what}, and nobody is left who could.",
            )
        yield found

    def _why(self, model: Model, channel: Channel) -> str:
        rule = f"A FIFO is opened for {self.own} only once it is open for {self.purpose}, too"
        role = self._peer(model, channel)
        if role is None:
            return f"{rule} (fifo(7)), and nobody has it open so."
        process = model.roles[role].process
        does = absence(model, role) or f"{role}, who is to do that, "
        if not absence(model, role) and process is not None:
            does += doing(model, process.pid)
        return f"{rule} (fifo(7)), and {does}."

    def _cure(self, model: Model, channel: Channel, who: str) -> str:
        role = self._peer(model, channel)
        if role is not None and absence(model, role):
            return f"Start {role}."
        other = f"Let {role} open" if role is not None else "Open"
        let = f"let {who} open it with {self.instead}"
        return f"{other} {channel.name} for {self.purpose}, or {let}."

    def _peer(self, model: Model, channel: Channel) -> str | None:
        return peer(model, channel, reads=self.end == "reader")
