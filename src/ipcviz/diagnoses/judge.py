"""Asks every rule, and tells which findings come and go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.events import Event, Finding, FindingClear
from ipcviz.model import Model
from ipcviz.model.fold_findings import Key, key_of
from ipcviz.model.wait_graph import WaitGraph


class Judge:
    """Compares what the rules see in a model with the findings that it knows.

    It asks no clock: a recording that is judged again, at the times of its events and whenever
    `due` has come, gives the same findings.
    """

    def __init__(self, model: Model, rules: Sequence[Rule]) -> None:
        self._model = model
        self._rules = rules
        self.due: int | None = None
        """When a suspicion has lasted long enough, if nothing happens until then; in nanoseconds
        since the run began."""
        self.due_above_info: int | None = None
        """The same, of suspicions that are more than information."""

    def judge(self, now: int) -> list[Event]:
        """The findings that are new, or other than before, and those that are not true any more;
        each at `now`. They have to be folded into the model before it is asked again."""
        self.due = self.due_above_info = None
        known = self._model.findings
        lasting: dict[Key, Finding] = {}
        for rule, suspicion in self._suspicions():
            matures = suspicion.since + rule.after
            if matures <= now:
                finding = suspicion.finding(rule.name, now)
                lasting.setdefault(key_of(finding), self._placed(finding))
            else:
                self.due = _sooner(self.due, matures)
                if suspicion.severity != "info":
                    self.due_above_info = _sooner(self.due_above_info, matures)
        told: list[Event] = [
            FindingClear(
                t=now,
                source="ipcviz",
                pid=old.pid,
                role=old.role,
                rule=old.rule,
                pids=old.pids,
                channel=old.channel,
            )
            for key, old in known.items()
            if key not in lasting
        ]
        told += [
            new for key, new in lasting.items() if key not in known or known[key].info != new.info
        ]
        return told

    def _suspicions(self) -> Iterator[tuple[Rule, Suspicion]]:
        """What the rules see, but for what another rule explains better."""
        graph = WaitGraph(self._model)
        seen = [(rule, one) for rule in self._rules for one in rule.check(self._model, graph)]
        for rule, suspicion in seen:
            explained = (
                other.name in suspicion.unless and not set(better.pids).isdisjoint(suspicion.pids)
                for other, better in seen
                if better is not suspicion
            )
            if not suspicion.unless or not any(explained):
                yield rule, suspicion

    def _placed(self, finding: Finding) -> Finding:
        """With the role of the first process that plays one."""
        roles = (self._model.role_of(pid) for pid in finding.pids)
        role = next((one.name for one in roles if one is not None), None)
        return structs.replace(finding, role=role)


def _sooner(due: int | None, other: int) -> int:
    return other if due is None else min(due, other)
