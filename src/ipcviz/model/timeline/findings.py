"""The rules' part of the story: what is found to be wrong, and when it is not any more."""

from __future__ import annotations

from typing import NamedTuple

from ipcviz.events import Finding, FindingClear
from ipcviz.model.fold_findings import Key, key_of
from ipcviz.model.model import Model
from ipcviz.model.timeline.lifelines import Lifeline
from ipcviz.model.timeline.nearest import nearest_role
from ipcviz.model.timeline.rows import Row, Rows


class _Told(NamedTuple):
    """A finding that is true, as it was told, and the roles at whose lifelines it is."""

    finding: Finding
    roles: tuple[str, ...]


class Findings:
    """Adds a row where something is found, or becomes more or less grave, and one where it is
    over; and tells the lifelines when there is an error about them."""

    def __init__(self, model: Model, rows: Rows, lifelines: dict[str, Lifeline]) -> None:
        self._model = model
        self._rows = rows
        self._lifelines = lifelines
        self._true: dict[Key, _Told] = {}

    def found(self, event: Finding) -> None:
        """A rule has found something. Other words for what is told already are no news."""
        key = key_of(event)
        before = self._true.get(key)
        if before is not None and before.finding.severity == event.severity:
            return
        told = self._true[key] = _Told(event, self._roles(event.pids))
        self._tell(event, "finding", f"{event.rule}: {event.what.removesuffix('.')}", told)

    def cleared(self, event: FindingClear) -> None:
        """It is not true any more. Of what was mere information, that which ends it tells so."""
        told = self._true.pop(key_of(event), None)
        if told is not None and told.finding.severity != "info":
            self._tell(event, "over", f"{event.rule} is over", told)

    def _tell(self, event: Finding | FindingClear, kind: str, text: str, told: _Told) -> None:
        at = told.roles[0] if told.roles else next(iter(self._lifelines), "")
        row = Row(event.seq, event.t, at, kind, text, finding=told.finding, roles=told.roles)
        self._rows.add(row)
        errors = [one for one in self._true.values() if one.finding.severity == "error"]
        for name, line in self._lifelines.items():
            line.find_error(event.t, any(name in one.roles for one in errors))

    def _roles(self, pids: tuple[int, ...]) -> tuple[str, ...]:
        """Those at whose lifelines these processes are shown."""
        found = [nearest_role(self._model, pid) for pid in pids]
        names = {role.name for role in found if role is not None}
        return tuple(name for name in self._lifelines if name in names)
