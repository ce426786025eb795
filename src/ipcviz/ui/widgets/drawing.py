"""A widget that is drawn line by line and repaints only the lines that changed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget


class Drawing(Widget):
    """Answers `draw`; `update` compares that with what is shown."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Content] = ()
        self._drawn_in = Size(0, 0)

    def draw(self, width: int, height: int) -> Sequence[Content]:
        """The lines as they should stand now, top first; fewer than `height` leave the rest
        blank."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """For what an update does beside the lines: titles and classes."""
        self.update()

    def update(self) -> None:
        """Draw anew, and repaint the lines that differ."""
        if self._drawn_in != self.size or not self.size:
            return  # not painted yet in this size: it will be drawn when it is
        width, height = self.size
        shown, fresh = self._lines, self.draw(width, height)[:height]
        self._lines = fresh
        stale = [
            Region(0, y, width, 1)
            for y in range(max(len(shown), len(fresh)))
            if y >= len(shown) or y >= len(fresh) or not shown[y].is_same(fresh[y])
        ]
        if stale:
            self.refresh(*stale)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Of a drawing whose height follows from its lines."""
        return len(self.draw(width, viewport.height))

    def render_line(self, y: int) -> Strip:
        """Line `y` of what was drawn last."""
        width, height = self.size
        if self._drawn_in != self.size:
            self._drawn_in = self.size
            self._lines = self.draw(width, height)[:height]
        content = self._lines[y] if y < len(self._lines) else Content("")
        style = self.visual_style
        strip = Strip(content.render_segments(style), content.cell_length)
        return strip.adjust_cell_length(width, style.rich_style)
