"""Folds what rules have found: which findings are true now."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ipcviz.events import Event, Finding, FindingClear

if TYPE_CHECKING:
    from ipcviz.model.model import Model

Key = tuple[str, tuple[int, ...], str | None]
"""Which finding: its rule, its pids and its channel."""


def key_of(event: Finding | FindingClear) -> Key:
    """Which finding an event is about."""
    return event.rule, event.pids, event.channel


def _found(model: Model, event: Finding) -> None:
    model.findings[key_of(event)] = event


def _cleared(model: Model, event: FindingClear) -> None:
    model.findings.pop(key_of(event), None)


FOLDS: dict[type[Event], Callable[[Model, Any], None]] = {
    Finding: _found,
    FindingClear: _cleared,
}
"""What each type of event does to the model."""
