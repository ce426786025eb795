"""What a rule is, and what it answers with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct

from ipcviz.events import Finding, Severity
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph

WAITED_LONG = 500_000_000
"""Nanoseconds. A wait counts once it has lasted so long: shorter ones are how programs work."""


class Suspicion(Struct, frozen=True, kw_only=True):
    """What a rule sees now; it becomes a finding once it has lasted. Fields as in Finding.

    since: when it came to be so, in nanoseconds since the run began.
    unless: the names of rules that explain the same better: it gives way where one of them sees
        anything of one of these processes.
    """

    since: int
    severity: Severity
    certain: bool
    pids: tuple[int, ...]
    channel: str | None = None
    what: str
    why: str
    do: str
    unless: tuple[str, ...] = ()

    def finding(self, rule: str, now: int) -> Finding:
        """It, as the event that tells of it."""
        return Finding(
            t=now,
            source="ipcviz",
            pid=self.pids[0] if self.pids else None,
            rule=rule,
            severity=self.severity,
            certain=self.certain,
            pids=self.pids,
            channel=self.channel,
            what=self.what,
            why=self.why,
            do=self.do,
        )


class Rule(ABC):
    """One thing that can be wrong. Its docstring is its help: a sentence for a person.

    name: as on the command line. severity: the gravest that it answers with.
    """

    name: ClassVar[str]
    severity: ClassVar[Severity]
    after: ClassVar[int] = WAITED_LONG
    """Nanoseconds for which a suspicion has to last."""

    @abstractmethod
    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Everything in the model that is so now, however briefly."""
