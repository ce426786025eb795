"""--fail-on: the findings that make a run fail."""

from __future__ import annotations

from ipcviz.diagnoses.listing import rule_help
from ipcviz.errors import UsageError
from ipcviz.events import Event, Finding, Severity
from ipcviz.scenarios.mistakes import nearest
from ipcviz.text import clean

_STANDS_FOR: dict[str, tuple[Severity, ...]] = {
    "error": ("error",),
    "warning": ("error", "warning"),
}


class FailOn:
    """Listens to runs, and notices a finding of a rule or of a severity that was named."""

    def __init__(self, text: str) -> None:
        """`text`: names with commas between them. Raises UsageError for one that is unknown."""
        names = [name.strip() for name in text.split(",")]
        unknown = next((name for name in names if name not in choices()), None)
        if unknown is not None:
            raise UsageError(_complaint(unknown))
        self._rules = frozenset(names)
        self._severities = {one for name in names for one in _STANDS_FOR.get(name, ())}
        self.raised = False
        """Whether there was such a finding, be it over by now or not."""

    def hear(self, event: Event) -> None:
        """Take note of an event of a run."""
        if isinstance(event, Finding):
            self.raised |= event.rule in self._rules or event.severity in self._severities


def choices() -> list[str]:
    """Everything that can be named."""
    return [*_STANDS_FOR, *rule_help()]


def _complaint(name: str) -> str:
    near = nearest(name, choices())
    meant = f'; did you mean "{near}"?' if near else "."
    return clean(
        f'--fail-on: there is no rule "{name}"{meant} Expected error, warning, or names of rules '
        f"with commas between them: {', '.join(rule_help())}."
    )
