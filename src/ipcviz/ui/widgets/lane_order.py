"""The lanes of a run, from top to bottom, each with the rows that belong to it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ipcviz.model import Channel
from ipcviz.model.timeline import Timeline
from ipcviz.model.timeline.levels import Levels
from ipcviz.model.timeline.rows import Row
from ipcviz.ui.scale import Scale
from ipcviz.ui.widgets.lane import ChannelLane, Lane, RoleLane

_MESSAGES = ("message", "read", "lost")
_HAPPENED = ("start", "signal", "exit", "finding")
_SAMPLES = 8
"""Rows of one cell that are looked at: it has room for one mark."""


class LaneOrder:
    """`roles` are the lanes from top to bottom. A pipe has its lane under the upper one of the two
    roles that it joins; one that joins none stands below all.

    `until_now`: the right edge of the scale is the present.
    """

    def __init__(
        self, timeline: Timeline, levels: Levels, scale: Scale, until_now: bool = False
    ) -> None:
        self._lifelines = timeline.lifelines
        self._levels = levels
        self._scale = scale
        self._until_now = until_now
        self._happened = list(_in_cells(timeline.rows, _HAPPENED, scale))
        self._messages = list(_in_cells(timeline.rows, _MESSAGES, scale))

    def lanes(self, roles: Sequence[str], channels: Sequence[Channel]) -> Iterator[Lane]:
        """All of them."""
        under = {one.name: _upper(one, roles) for one in channels}
        for role in roles:
            yield self._role(role)
            yield from (self._channel(one, role) for one in channels if under[one.name] == role)
        yield from (self._channel(one, None) for one in channels if under[one.name] is None)

    def _role(self, name: str) -> RoleLane:
        rows = [at for at in self._happened if _is_about(at[1], name)]
        return RoleLane(name, self._lifelines[name], rows, self._scale, self._until_now)

    def _channel(self, channel: Channel, upper: str | None) -> ChannelLane:
        name = channel.name
        rows = [at for at in self._messages if at[1].message and at[1].message.channel == name]
        downwards = channel.info is None or channel.info.writer == upper
        return ChannelLane(name, self._levels.of(name), rows, downwards, self._scale)


def _is_about(row: Row, role: str) -> bool:
    """Whether its lane tells of it. What is mere information would hide what happens."""
    if row.finding is not None:
        return row.finding.severity != "info" and role in row.roles
    return row.role == role


def _upper(channel: Channel, roles: Sequence[str]) -> str | None:
    ends = () if channel.info is None else (channel.info.writer, channel.info.reader)
    return next((role for role in roles if role in ends), None)


def _in_cells(rows: Sequence[Row], kinds: Sequence[str], scale: Scale) -> Iterator[tuple[int, Row]]:
    """The rows of these kinds that are in view, each with its cell; of many in one, only some."""
    first = bisect_left(rows, scale.start, key=_time)
    found = [
        row for row in rows[first : bisect_left(rows, scale.end, key=_time)] if row.kind in kinds
    ]
    index = 0
    while index < len(found):
        cell = scale.cell(found[index].t)
        after = bisect_left(found, scale.begin(cell + 1), index + 1, key=_time)
        for row in found[index : after : 1 + (after - index) // _SAMPLES]:
            yield cell, row
        index = after


def _time(row: Row) -> int:
    return row.t
