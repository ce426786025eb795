"""One pipe as it is drawn: what is in it, and who holds its ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content

from ipcviz.events import End
from ipcviz.marks import mark
from ipcviz.model import Channel, Model
from ipcviz.text import bytes_text, clean
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.finding_lines import alarm
from ipcviz.ui.tones import SEVERITIES, STATES

TUBE = 5
"""Lines of a pipe that is drawn as a tube."""
MARGIN = 3
"""Cells at either side of a tube, in which its ends stand."""
_WIDE = 50
"""Cells from which on a tube tells how much it could hold."""
_SLEEPS: dict[str, End] = {"writer": "space", "reader": "data"}
_OPENS: dict[str, End] = {"writer": "reader", "reader": "writer"}
"""End -> what a process wants that waits there: in a read or write, or to come through open()."""


@dataclass(frozen=True)
class PipeView:
    """One pipe. `writer_left`: bytes flow from left to right."""

    channel: Channel
    model: Model
    writer_left: bool

    def tube(self, width: int) -> list[Content]:
        """Name and contents, the tube in three lines, the holders."""
        heading, top, middle, bottom, holders = (Cells(width) for _ in range(TUBE))
        room = width - 2 * MARGIN
        beside = room - cell_length(clean(self.channel.name)) - 1
        contents, style = self._contents(beside, capacity=width >= _WIDE)
        heading.put_right(width - MARGIN, contents, style)
        name = self._name(room - cell_length(contents) - 1)
        heading.put(MARGIN, name, f"bold {self._name_style()}")
        heading.put(MARGIN - 2, *self._sign())
        inner = room - 2
        for cells, ends in ((top, "╭╮"), (bottom, "╰╯")):
            cells.put(MARGIN, ends[0] + "─" * inner + ends[1], "$secondary")
        self._put_totals(bottom, MARGIN + 2, width - MARGIN - 2)
        middle.put(MARGIN, "┤" + " " * inner + "├", "$secondary")
        self._put_gauge(middle, MARGIN + 1, inner)
        self._put_ends(middle, MARGIN - 2, width - MARGIN + 1)
        self._put_holders(holders, MARGIN, width - MARGIN)
        return [one.content() for one in (heading, top, middle, bottom, holders)]

    def flat(self, width: int) -> Content:
        """Everything in one line, without the holders' names."""
        cells = Cells(width)
        name = self._name(max(16, width // 4))
        cells.put(1, name, self._name_style())
        cells.put(0, *self._sign())
        begin, end = max(17, cell_length(name) + 3), width - 21
        cells.put(begin + 1, "─" * (end - begin - 1), "$secondary")
        self._put_gauge(cells, begin + 2, end - begin - 3)
        self._put_ends(cells, begin, end)
        lost = "" if self.channel.contents else self._lost()
        told = (lost, "$error") if lost else self._contents(width - end - 3, capacity=False)
        cells.put_right(width - 1, *told)
        return cells.content()

    def _name(self, width: int) -> str:
        return cut(clean(self.channel.name), width)

    def _sign(self) -> tuple[str, str]:
        """The mark of a finding about it."""
        found = alarm(self.model, channel=self.channel.name)
        return (mark(found.severity), SEVERITIES[found.severity]) if found else ("", "")

    def _name_style(self) -> str:
        return self._sign()[1] or "$secondary"

    def _contents(self, room: int, capacity: bool) -> tuple[str, str]:
        """What it holds, as much of that as there is room for, and its style. `capacity`: of how
        much it could hold, too."""
        channel = self.channel
        if not channel.present:
            return "removed", "$error"
        contents = channel.contents
        if contents is None:
            return "not known", "$faint"
        if contents == 0:
            seen = channel.queued is not None or channel.told
            return "empty" if seen else "not open", "$faint"
        amount, count = bytes_text(contents), len(channel.unread)
        messages = f"{count} {'message' if count == 1 else 'messages'} · " if count else ""
        told = [messages + amount, amount]
        if capacity and channel.capacity:
            told.insert(0, f"{told[0]} of {bytes_text(channel.capacity)}")
        return next((one for one in told if cell_length(one) <= room), amount), "bold"

    def _put_gauge(self, cells: Cells, begin: int, width: int) -> None:
        """What lies in it, from the reader's end: a mark for each message; where these are not
        known, or do not fit, how full it is, as a bar of one cell at least."""
        channel = self.channel
        contents = channel.contents
        if not contents:
            return
        share = contents / channel.capacity if channel.capacity else 0
        gauge = "█" * min(width, max(1, round(share * width)))
        if 0 < len(channel.unread) <= width:
            gauge = mark("bytes") * len(channel.unread)
        x = begin + width - len(gauge) if self.writer_left else begin
        cells.put(x, gauge, "$secondary")

    def _put_totals(self, cells: Cells, left: int, right: int) -> None:
        """What came of all the bytes, in the border; where there is no room, what was lost."""
        account = self.channel.account
        if not account.written:
            return
        totals = f"{bytes_text(account.written)} written · {bytes_text(account.read)} read"
        lost = self._lost()
        told = f"{totals} · {lost}" if lost else totals
        if cell_length(told) + 2 > right - left:
            told = lost
        if told:
            cells.put(left, f" {told} ", "$quiet")
            cells.put(left + 1 + cell_length(told) - cell_length(lost), lost, "$error")

    def _lost(self) -> str:
        discarded = self.channel.account.discarded
        return f"{bytes_text(discarded)} lost" if discarded else ""

    def _put_ends(self, cells: Cells, left: int, right: int) -> None:
        sides = ("writer", "reader") if self.writer_left else ("reader", "writer")
        cells.put(left, *self._end(sides[0]))
        cells.put(left + 1, "─" if self.writer_left else "◂", "$secondary")
        cells.put(right - 1, "▸" if self.writer_left else "─", "$secondary")
        cells.put(right, *self._end(sides[1]))

    def _end(self, side: str) -> tuple[str, str]:
        if self._waiting(_SLEEPS[side]):
            return mark("blocked"), STATES["blocked"]
        if self._waiting(_OPENS[side]):
            return "◌", STATES["blocked"]
        held = self.channel.writers if side == "writer" else self.channel.readers
        return (mark("running"), "$success") if held else ("·", "$faint")

    def _waiting(self, end: End) -> list[str]:
        """Who waits on this pipe for that."""
        return [
            self.model.name_of(process.pid)
            for process in self.model.living()
            for state in process.threads.values()
            for wanted in state.waits_for
            if wanted.channel == self.channel.name and wanted.end == end
        ]

    def _put_holders(self, cells: Cells, left: int, right: int) -> None:
        writers = {one.pid for one in self.channel.writers}
        readers = {one.pid for one in self.channel.readers}
        both = writers & readers
        groups = [
            ("read-write", self._names(both)),
            ("writer", self._names(writers - both)),
            ("reader", self._names(readers - both)),
            ("opening", self._waiting("reader") + self._waiting("writer")),
        ]
        told = [(word, ", ".join(dict.fromkeys(names))) for word, names in groups if names]
        if not self.writer_left and not both:
            told.reverse()
        _put_pairs(cells, told or [("nobody holds an end", "")], left, right)

    def _names(self, pids: set[int]) -> list[str]:
        """In the order of the scenario; processes without a role come last."""
        order = list(self.model.roles)
        names = [self.model.name_of(pid) for pid in sorted(pids)]
        return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def _put_pairs(cells: Cells, pairs: Sequence[tuple[str, str]], left: int, right: int) -> None:
    """The pairs from the left; of two, where there is room, the second at the right edge."""
    widths = [cell_length(f"{word} {clean(names)}".strip()) for word, names in pairs]
    x = left
    for index, ((word, names), width) in enumerate(zip(pairs, widths, strict=True)):
        if index == len(pairs) - 1 and index and right - left >= 40:
            x = max(x, right - width)
        cells.put(x, word, "$faint")
        names_at = x + cell_length(word) + 1
        cells.put(names_at, cut(clean(names), right - names_at))
        x += width + 2
