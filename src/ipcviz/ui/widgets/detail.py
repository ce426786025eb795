"""What a scenario is about: words, a picture of its roles and pipes, what to look at, variants."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from ipcviz.marks import mark
from ipcviz.scenarios.schema import Channel, Loaded, Scenario
from ipcviz.text import clean
from ipcviz.ui.cells import Cells, cell_length, cut
from ipcviz.ui.lines import Piece, foreign, line, wrapped
from ipcviz.ui.tones import STATES
from ipcviz.ui.widgets.drawing import Drawing

_READABLE = 84
"""Cells: longer lines of text are hard to read."""
_BOX = 12
_PICTURE = 68
_BESIDE = 36
"""Cells that the words for a variant need to stand beside its name."""


class Detail(Drawing):
    """The description of a scenario, as laid over by one of its variants."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(id="detail")
        self._loaded = loaded

    def show(self, loaded: Loaded) -> None:
        """Describe another scenario or variant."""
        self._loaded = loaded
        self.refresh(layout=True)
        self.update()

    def draw(self, width: int, height: int) -> list[Content]:
        """The sections, from the top."""
        scenario = self._loaded.scenario
        text_width = min(width, _READABLE)
        lines = [*wrapped(foreign(scenario.title, "bold"), text_width), Content("")]
        lines += self._variants(scenario, text_width)
        lines += [*_picture(scenario, min(width, _PICTURE)), Content("")]
        lines += _look_at(scenario, text_width)
        for paragraph in scenario.teaches.strip().split("\n\n"):
            text = " ".join(paragraph.split())
            lines += [*wrapped(foreign(text, "$quiet"), text_width), Content("")]
        return [*lines, *_legend(width)]

    def _variants(self, scenario: Scenario, width: int) -> Iterator[Content]:
        if not scenario.variants:
            return
        column = max(map(len, ("as it is", *scenario.variants))) + 4
        told: list[tuple[str | None, str, str]] = [(None, "as it is", "")]
        told += [(name, name, title) for name, title in scenario.variants.items()]
        beside = width - column >= _BESIDE
        for name, shown, title in told:
            chosen = name == self._loaded.variant
            sign: Piece = (mark("ready"), "$primary") if chosen else " "
            left = line(sign, " ", foreign(shown, "bold" if chosen else "$quiet"))
            indent = column if beside else 4
            words = wrapped(foreign(title, "$quiet"), width - indent) if title else []
            first = words.pop(0) if beside and words else Content("")
            yield line(left.pad_right(max(0, indent - left.cell_length)), first)
            yield from (line(" " * indent, one) for one in words)
        yield Content("")


class DetailScroll(VerticalScroll, can_focus=False):
    """The frame around a description, in which it scrolls."""

    def __init__(self, loaded: Loaded) -> None:
        super().__init__(id="detail-scroll")
        self._shown = loaded
        self._detail = Detail(loaded)
        self.border_title = foreign(loaded.scenario.id, "$quiet")

    def compose(self) -> ComposeResult:
        """The description."""
        yield self._detail

    def show(self, loaded: Loaded) -> None:
        """Describe another scenario or variant, from its top."""
        if loaded is not self._shown:
            self._shown = loaded
            self.border_title = foreign(loaded.scenario.id, "$quiet")
            self._detail.show(loaded)
            self.scroll_home(animate=False)


def _look_at(scenario: Scenario, width: int) -> Iterator[Content]:
    if not scenario.look_at:
        return
    yield line(("Look at", "bold"))
    for text in scenario.look_at:
        first, *rest = wrapped(foreign(text, "$quiet"), width - 4)
        yield line(("  · ", "$primary"), first)
        yield from (line("    ", one) for one in rest)
    yield Content("")


def _legend(width: int) -> Iterator[Content]:
    yield line(("States", "bold"))
    column = 15
    count = max(1, min(4, (width - 2) // column))
    states = [name for name in STATES if name not in ("not started",)]
    for begin in range(0, len(states), count):
        pieces: list[Piece] = ["  "]
        for name in states[begin : begin + count]:
            pieces += [(mark(name), STATES[name]), (f" {name}".ljust(column - 1), "$quiet")]
        yield line(*pieces).rstrip()


def _picture(scenario: Scenario, width: int) -> list[Content]:
    """The first two roles as boxes, with the pipes between them; who starts further ones below."""
    left, *others = scenario.roles
    right = others[0] if others else ""
    between = [
        (name, channel)
        for name, channel in scenario.channels.items()
        if {channel.writer, channel.reader} <= {left, right}
    ]
    height = max(2, len(between))
    longest = max(map(cell_length, (left, right)))
    box = min(_BOX if width >= _PICTURE else longest + 2, width // 3)
    rows = [Cells(width) for _ in range(height + 2)]
    _put_box(rows, 0, box, left)
    if right:
        _put_box(rows, width - box, box, right)
    for row, (name, channel) in zip(rows[1:], between, strict=False):
        _put_pipe(row, box + 1, width - box - 1, name, channel.writer == left)
    return [*(row.content() for row in rows), *_further(scenario, between, width)]


def _put_box(rows: list[Cells], x: int, width: int, name: str) -> None:
    top, *middle, bottom = rows
    for cells, ends in ((top, "╭╮"), (bottom, "╰╯")):
        cells.put(x, ends[0] + "─" * (width - 2) + ends[1], "$foreground")
    for cells in middle:
        cells.put(x, "│", "$foreground")
        cells.put(x + width - 1, "│", "$foreground")
    shown = cut(name, width - 2)
    middle[0].put(x + (width - cell_length(shown)) // 2, shown, "bold")


def _put_pipe(cells: Cells, begin: int, end: int, name: str, rightwards: bool) -> None:
    cells.put(begin, "─" * (end - begin), "$secondary")
    shown = f" {cut(clean(name), end - begin - 4)} "
    cells.put((begin + end - cell_length(shown)) // 2, shown, "$secondary")
    if rightwards:
        cells.put(end - 1, "▸", "$secondary")
    else:
        cells.put(begin, "◂", "$secondary")


def _further(scenario: Scenario, drawn: list[tuple[str, Channel]], width: int) -> Iterator[Content]:
    """Pipes that the picture cannot show, and who starts whom."""
    for name, channel in scenario.channels.items():
        if (name, channel) not in drawn:
            yield line(
                foreign(name, "$secondary"), (f"  {channel.writer} ─▸ {channel.reader}", "$quiet")
            )
    for name, role in scenario.roles.items():
        if role.started_by is not None:
            yield line((role.started_by, "bold"), (" starts ", "$quiet"), (name, "bold"))
