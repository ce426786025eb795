"""A row of the timeline as one line of text."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ipcviz import events
from ipcviz.columns import columns, cut
from ipcviz.diagnoses import finding_text
from ipcviz.events import Finding
from ipcviz.marks import COLOURS, mark
from ipcviz.model.timeline.rows import Row
from ipcviz.text import clean

_SIGNS = {
    "signal": "signal",
    "handler": "signal",
    "fill": "bytes",
    "drain": "bytes",
    "message": "bytes",
    "read": "bytes",
    "lost": "failed",
    "dropped": "difference",
    "difference": "difference",
    "over": "over",
}
"""Kind of a row -> the name of the mark that it has."""
_SECOND = 1_000_000_000
_GAP = 2


class RowText:
    """Lines of `width` columns: time, role, mark, what happened, and at the right edge how long
    it took or how much it was. Only what a message says is cut."""

    def __init__(self, roles: Sequence[str], width: int) -> None:
        self._role = max(map(len, roles))
        self._width = width

    def row(self, row: Row) -> str:
        """Something that happened; a finding takes several lines."""
        if row.kind == "finding" and row.finding is not None:
            return self._finding(row, row.finding)
        name = row.mark or _SIGNS.get(row.kind, "")
        if row.message is not None and row.message.error is not None:
            name = "failed"
        begin = self._begin(row.t, row.role, _sign(name))
        text, figure = _words(row)
        room = self._width - _width(begin) - (_GAP + len(figure) if figure else 0)
        if row.message is not None:
            text = cut(text, room)
        if not figure:
            return begin + text
        return f"{begin}{text}{' ' * (room - columns(text) + _GAP)}{figure}"

    def output(self, output: events.Output) -> str:
        """What a program printed, in full."""
        sign = click.style(mark("output"), dim=True)
        return self._begin(output.t, output.role or "", sign) + clean(output.text)

    def _finding(self, row: Row, finding: Finding) -> str:
        begin = self._begin(row.t, row.role, _sign(finding.severity))
        indent = _width(begin)
        lines = finding_text.sentences(finding, self._width - indent)
        told = (begin + finding_text.heading(finding), *(" " * indent + line for line in lines))
        return "\n".join(told)

    def _begin(self, t: int, role: str, sign: str) -> str:
        return f"{t / _SECOND:9.3f}  {role:<{self._role}}  {sign} "


def _sign(name: str) -> str:
    return click.style(mark(name) or " ", fg=COLOURS.get(name))


def _width(styled: str) -> int:
    return columns(click.unstyle(styled))


def _words(row: Row) -> tuple[str, str]:
    """What happened, and the figure at the right edge."""
    text = clean(row.text)
    message, signal = row.message, row.signal
    match row.kind:
        case "start" if row.by is not None:
            return f"{text}, by {row.by}", ""
        case "message" if message is not None:
            to = f"to {row.to}  " if row.to is not None else ""
            if message.error is not None:
                return f"{to}{text}", f"not written: {row.detail}"
            return f"{to}{text}", f"{row.detail} in pipe" if message.queued else row.detail
        case "read" | "lost" | "fill" | "drain":
            return text, "" if row.kind != "read" else row.detail
        case "signal" if signal is not None and signal.pending and signal.delivered is None:
            text = f"{text}, pending"
        case "signal" if signal is not None and signal.lost is not None:
            text = f"{text}, never delivered"
    return (f"{row.by}: {text}" if row.by is not None else text), row.detail
