"""Draws what one row of the timeline tells: beside a lifeline, or from one to another."""

from __future__ import annotations

from collections.abc import Mapping

from ipcviz.marks import mark
from ipcviz.model.timeline.rows import Row
from ipcviz.model.words import joined
from ipcviz.text import clean
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.tones import LIFELINES, STATES, row_style

_RELEASE, _SIGNAL, _BYTES = "┈", "╌", "─"
_ALARM, _OVER = "━", "┄"
"""A line across: something is wrong, or is not any more."""
_LEFT_OF_FIRST = 12
"""Where words left of a lifeline may begin: after the time."""
_LEAD = 3
"""Dashes before the words in a line."""
_SHORT_OF = 4
"""Cells between what did not arrive and the lifeline that it was meant for."""
_LATE = 13
"""Cells from where a message lay to its reader."""
_ERRORS = {"EPIPE": "no reader", "EAGAIN": "no room"}


class RowDrawing:
    """Puts a row onto cells in which the lifelines stand already.

    at: role -> where its lifeline runs; glyphs: what it is made of here. room_ends: the cell
    before which words must end.
    """

    def __init__(
        self,
        cells: Cells,
        row: Row,
        at: Mapping[str, int],
        glyphs: Mapping[str, tuple[str, str]],
        room_ends: int,
    ) -> None:
        self._cells = cells
        self._row = row
        self._at = at
        self._glyphs = glyphs
        self._room_ends = room_ends
        self._style = row_style(row)

    def draw(self) -> None:
        """Put the row, and the mark of its lifeline's new state."""
        row = self._row
        alarm = row.finding is not None and row.finding.severity != "info"
        if alarm and len(self._at) > 1:
            self._alarm()
            return
        source, target = (row.role, row.to) if row.to is not None else (row.by, row.role)
        if source not in self._at or target not in self._at or source == target:
            self._beside()
        else:
            assert source is not None
            assert target is not None
            self._across(source, target)
        if row.mark:
            self._cells.put(self._at[row.role], mark(row.mark), STATES[row.mark])

    def _across(self, source: str, target: str) -> None:
        match self._row.kind:
            case "message":
                self._message(source, target)
            case "read":
                self._from_pipe(source, target, _LATE)
            case "lost":
                self._lost(source, target)
            case "drain":
                self._from_pipe(source, target, _SHORT_OF)
            case "fill":
                self._line(source, target, _BYTES, self._style, mark("bytes"))
            case "signal":
                self._signal(source, target)
            case "start":
                self._line(source, target, _RELEASE, "$success")
            case _:
                self._line(source, target, _RELEASE, self._style)

    def _alarm(self) -> None:
        """A line across all lifelines, with the words in its middle."""
        left, right = min(self._at.values()) + 1, max(self._at.values())
        self._dashes(left, right, _OVER if self._row.kind == "over" else _ALARM, self._style)
        text = _finding_words(self._row, right - left - 2 * _LEAD - 2)
        x = left + (right - left - cell_length(text) - 2) // 2
        self._cells.put(x, f" {text} ", self._style)

    def _message(self, source: str, target: str) -> None:
        message = self._row.message
        assert message is not None
        end = ""
        if message.error is not None:
            end = f"{mark('failed')} {_ERRORS.get(message.error, message.error)}"
        elif message.queued:
            end = f"{mark('bytes')} in pipe"
        self._line(source, target, _BYTES, self._style, end)

    def _signal(self, source: str, target: str) -> None:
        self._line(source, target, _SIGNAL, self._style, _unarrived(self._row))

    def _line(self, source: str, target: str, dash: str, style: str, end: str = "") -> None:
        """A line with the row's words in it: an arrow, or with an `end` for what did not arrive.
        The lifelines that it crosses stay."""
        here, there = self._at[source], self._at[target]
        rightwards = here < there
        left, right = min(here, there) + 1, max(here, there)
        if right - left < _SHORT_OF + cell_length(end) + _LEAD:
            end = end[:1]
        short_of = max(0, min(_SHORT_OF, right - left - 2))
        taken = short_of + cell_length(end)
        blank = 1 if len(end) > 1 else 0
        if end and rightwards:
            self._cells.put(right - taken, end, style)
            right -= taken + blank
        elif end:
            self._cells.put(left + short_of, end, style)
            left += taken + blank
        self._dashes(left, right, dash, style)
        if not end:
            arrow = "▸◂" if dash == _BYTES else "▹◃"
            self._cells.put(right - 1 if rightwards else left, arrow[not rightwards], style)
        words = left + (_LEAD if rightwards or end else _LEAD + 1)
        self._put_words(words, right - words - _LEAD)
        glyph, its_style = self._glyphs[source]
        if glyph == LIFELINES["running"]:
            self._cells.put(here, "┠" if rightwards else "┨", its_style)

    def _dashes(self, left: int, right: int, dash: str, style: str) -> None:
        self._cells.put(left, dash * (right - left), style)
        for role, x in self._at.items():
            if left <= x < right and self._glyphs[role][0] != " ":
                self._cells.put(x, *self._glyphs[role])

    def _put_words(self, x: int, room: int) -> None:
        """Words in a line, with a blank at either side; a message's number stands out."""
        text = cut(_words(self._row), room)
        if not text:
            return
        message = self._row.message
        if message is None:
            self._cells.put(x, f" {text} ", self._style)
            return
        number = f"#{message.number}"
        self._cells.put(x, f" {text} ")
        if text.startswith(number):
            self._cells.put(x + 1, number, "bold")

    def _from_pipe(self, source: str, target: str, length: int) -> None:
        """The reader takes what lay in a pipe; the words stand at the other side."""
        here, there = self._at[source], self._at[target]
        room = abs(here - there) - 4
        text = cut(_words(self._row), room - _SHORT_OF)
        length = max(_SHORT_OF, min(length, room - cell_length(text)))
        dashes = _BYTES * (length - 2)
        if here < there:
            self._cells.put(there - length, f"{mark('bytes')}{dashes}▸", self._style)
            self._cells.put_right(there - length, f"{text} ", self._style)
        else:
            self._cells.put(there + 1, f"◂{dashes}{mark('bytes')}", self._style)
            self._cells.put(there + length + 1, f" {text}", self._style)

    def _lost(self, source: str, target: str) -> None:
        here, there = self._at[source], self._at[target]
        text = cut(_words(self._row), abs(here - there) - _SHORT_OF - 6)
        lost, end = mark("bytes"), mark("failed")
        if here < there:
            self._cells.put_right(there - _SHORT_OF + 1, f" {text} {lost}─{end}", self._style)
        else:
            self._cells.put(there + _SHORT_OF, f"{end}─{lost} {text} ", self._style)

    def _beside(self) -> None:
        """The words beside the lifeline: at its right, or for the last one at its left. Rather
        than being cut they cover another lifeline for this one row."""
        row = self._row
        x, text = self._at[row.role], _words(row)
        if row.finding is not None:  # its sentence is in the panel, too: it need not cover others
            farthest = max(abs(x - other) for other in self._at.values())
            text = _finding_words(row, (farthest or self._room_ends - x) - 2 - _LEAD)
        end = _unarrived(row) or (f"{mark('bytes')} in pipe" if _lies_in_pipe(row) else "")
        text = f"{text} {end}".rstrip()
        if x == max(self._at.values()) and len(self._at) > 1:
            room = x - _LEFT_OF_FIRST
            self._cells.put_right(x - 1, f" {cut(text, room)}", self._style)
        else:
            self._cells.put(x + 2, f"{cut(text, self._room_ends - x - 2)} ", self._style)


def _lies_in_pipe(row: Row) -> bool:
    return row.kind == "message" and row.message is not None and row.message.queued


def _unarrived(row: Row) -> str:
    """What became of a signal that was not delivered."""
    signal = row.signal
    if row.kind != "signal" or signal is None or signal.delivered is not None:
        return ""
    if signal.error is not None:
        return mark("failed")
    if signal.lost is not None:
        return f"{mark('failed')} never delivered"
    return f"{mark('pending')} pending" if signal.pending else ""


def _finding_words(row: Row, room: int) -> str:
    """All of it; where there is no room for that, what was found about whom, or only what."""
    assert row.finding is not None
    rule = f"{_sign(row)} {row.finding.rule}"
    about = f"{rule}: {joined(list(row.roles))}" if row.roles else rule
    told = (one for one in (_words(row), about) if cell_length(one) <= room)
    return next(told, cut(rule, room))


def _words(row: Row) -> str:
    return f"{_sign(row)} {clean(row.text)}".lstrip()


def _sign(row: Row) -> str:
    if row.kind == "finding" and row.finding is not None:
        return mark(row.finding.severity)
    return mark(row.kind)
