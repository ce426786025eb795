"""--fail-on: the findings that make a run fail."""

from __future__ import annotations

from collections.abc import Iterable

from ipcviz.diagnoses.listing import rule_help
from ipcviz.errors import UsageError
from ipcviz.events import SEVERITIES, Event, Finding
from ipcviz.scenarios.mistakes import nearest
from ipcviz.text import clean

_GRAVE = ("error", "warning")
"""The severities that can be named: each stands for those that are graver, too."""


class FailOn:
    """Listens to runs, and notices a finding of a rule or of a severity that was named."""

    def __init__(self, text: str) -> None:
        """`text`: names with commas between them. Raises UsageError for one that is unknown."""
        names = [name.strip() for name in text.split(",")]
        known = choices()
        for name in names:
            if name not in known:
                raise UsageError(_unknown(name, known))
        self._rules = frozenset(names)
        self._gravest = max((_RANK[name] for name in names if name in _RANK), default=-1)
        self.raised = False
        """Whether there was such a finding, be it over by now or not."""

    def hear(self, event: Event) -> None:
        """Take note of an event of a run."""
        if isinstance(event, Finding):
            self.raised |= event.rule in self._rules or _RANK[event.severity] <= self._gravest


_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def choices() -> list[str]:
    """Everything that can be named."""
    return [*_GRAVE, *rule_help()]


def _unknown(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    meant = f'; did you mean "{near}"?' if near else "."
    rules = ", ".join(rule_help())
    return clean(
        f'--fail-on: there is no rule "{name}"{meant} '
        f"Expected error, warning, or names of rules with commas between them: {rules}."
    )
