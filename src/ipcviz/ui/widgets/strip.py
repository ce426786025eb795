"""The strip of a third or further role: a pane that lies down."""

from __future__ import annotations

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.model.timeline.ends import mode_words
from ipcviz.ui.lines import fit, foreign, line, spread
from ipcviz.ui.role_lines import (
    IS_HERE,
    WAS_HERE,
    gone_on,
    not_traced,
    open_ends,
    output_line,
    output_of,
    source_shown,
    starts_it,
    state_style,
    title,
)
from ipcviz.ui.widgets.pane import RoleDrawing


class RoleStrip(RoleDrawing):
    """State and last output; in one line where there is no room for a border."""

    def draw(self, width: int, height: int) -> list[Content]:
        """One line with the title in it, or the lines inside of the border."""
        if height == 1:
            sign = line(("▌", "$primary") if self.has_focus else " ")
            name = line(sign, title(self.role), " ")
            return [line(name, self._state(width - name.cell_length))]
        return [self._state(width), self._details(width)]

    def on_focus(self) -> None:
        """In one line the focus is part of the drawing."""
        self.update()

    def on_blur(self) -> None:
        """See on_focus."""
        self.update()

    def _state(self, width: int) -> Content:
        if self.role.process is None:
            return spread(self.state_line(width // 2).rstrip(), starts_it(self.role), width)
        return self.state_line(width)

    def _details(self, width: int) -> Content:
        """The line it is in, or else its open ends, at the left; its last output at the right."""
        left = self._current_line(width // 2) or line("  ", Content("   ").join(self._ends()))
        _, printed = output_of(self.role, self.moment.model)
        if not printed:
            return fit(left, width)
        room = width - left.cell_length - 3
        last = line((f"{mark('output')} ", "$faint"), output_line(*printed[-1]))
        return spread(left, last.truncate(max(10, room), ellipsis=True), width)

    def _current_line(self, width: int) -> Content | None:
        source, current, other = source_shown(self.role)
        if current is None:
            return next(iter(not_traced(self.role, width)), None)
        text = source.lines[current - 1].strip()
        file = (f"  {other}", "$faint") if other else ""
        if gone_on(self.role):
            return line((f"{WAS_HERE} {current} {text}", "$quiet"), file)
        style = f"bold {state_style(self.role, self.moment.model)}"
        return line((f"{IS_HERE} {current} ", style), (text, "bold"), file)

    def _ends(self) -> list[Content]:
        return [
            line(
                (f"{holder.fd} ", "$faint"),
                foreign(name, "$secondary"),
                " ",
                mode_words(holder.mode),
            )
            for holder, name in open_ends(self.role, self.moment.model)
        ]
