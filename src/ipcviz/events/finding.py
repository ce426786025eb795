"""Findings: what is wrong, why, and what to do about it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ipcviz.events.event import Event

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""The gravest first."""


class FindingInfo(Struct, kw_only=True, frozen=True):
    """A finding as it is told outside of the events: see Finding."""

    rule: str
    severity: Severity
    certain: bool
    pids: tuple[int, ...]
    channel: str | None
    what: str
    why: str
    do: str


class Finding(Event, tag="finding", kw_only=True, frozen=True):
    """A rule has found something. One of the same rule, pids and channel takes its place.

    certain: false where it is only likely.
    pids: all whom the sentences are about.
    what, why, do: a sentence each: what is wrong, why that is so, what would end it.
    """

    rule: str
    severity: Severity
    certain: bool
    pids: tuple[int, ...]
    channel: str | None = None
    what: str
    why: str
    do: str

    @property
    def info(self) -> FindingInfo:
        """It, without when and by whom it was told."""
        return FindingInfo(
            rule=self.rule,
            severity=self.severity,
            certain=self.certain,
            pids=self.pids,
            channel=self.channel,
            what=self.what,
            why=self.why,
            do=self.do,
        )


class FindingClear(Event, tag="finding.clear", kw_only=True, frozen=True):
    """The finding of this rule, these pids and this channel is not true any more."""

    rule: str
    pids: tuple[int, ...]
    channel: str | None = None
