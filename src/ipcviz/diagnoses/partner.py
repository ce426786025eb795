"""What the rules about a wait in open() share: each end waits for somebody at the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import absence, nobody_moves_since, peer, sleepers, wanted_ends
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, State
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import WaitGraph


class WaitingForPartner(Rule):
    """A process waits in open() for somebody to open the other end of the FIFO."""

    severity: ClassVar[Severity] = "warning"
    end: ClassVar[Literal["reader", "writer"]]

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each wait in open() on a FIFO that can still be reached by its path."""
        for process, state in sleepers(model):
            if state.call == "open" and not state.path_gone:
                for wanted in wanted_ends(state, self.end):
                    yield from self._suspicions(model, process, state, wanted.channel)

    def _suspicions(
        self, model: Model, process: Process, state: State, name: str | None
    ) -> Iterator[Suspicion]:
        channel = model.channels.get(name or "")
        role = peer(model, channel, reads=self.end == "reader")
        missing = absence(model, role) if role is not None else ""
        fifo, who = name or state.on or "a FIFO", named(model, process.pid)
        purpose, own = _purposes(self.end)
        found = Suspicion(
            since=state.began,
            severity="info" if model.is_run else "warning",
            certain=model.is_run,
            pids=(process.pid,),
            channel=name,
            what=f"{who} waits in open({fifo}) until somebody opens it for {purpose}.",
            why=f"A FIFO is opened for {own} only once it is open for {purpose}, too (fifo(7))"
            + (f", and {missing}." if missing else "; nobody has it open so."),
            do=f"Start {role}."
            if missing
            else f"Open {fifo} for {purpose}, or let it be opened with O_NONBLOCK or O_RDWR.",
        )
        still = nobody_moves_since(model, process) if model.is_run else None
        if still is not None:
            yield replace(found, since=max(state.began, still), severity="warning")
        yield found


def _purposes(end: str) -> tuple[str, str]:
    """What the other is to open it for, and what it is opened for here."""
    return ("reading", "writing") if end == "reader" else ("writing", "reading")
