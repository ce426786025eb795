"""The pane of a role: state, program text, open ends, output."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.model import Role
from ipcviz.text import clean
from ipcviz.ui.lines import fit, foreign, line, rule
from ipcviz.ui.moment import Moment
from ipcviz.ui.role_lines import (
    current_line,
    end_lines,
    not_traced,
    open_ends,
    output_line,
    output_of,
    source_line,
    source_shown,
    starts_it,
    state_line,
    title,
)
from ipcviz.ui.widgets.drawing import Drawing

_COMPACT = 8
"""Below so many lines a pane shows no open ends, and one line of output."""


class RoleDrawing(Drawing, can_focus=True):
    """What draws a role, and can be chosen for a key such as kill to mean it."""

    def __init__(self, moment: Moment, role: str) -> None:
        super().__init__(id=f"role-{role}")
        self.moment = moment
        self.role_name = role
        self._heading: Content | None = None

    @property
    def role(self) -> Role:
        """The role as it stands."""
        return self.moment.model.roles[self.role_name]

    def update(self) -> None:
        """Draw anew, with the title in the border."""
        heading = title(self.role)
        if self._heading is None or not self._heading.is_same(heading):
            self._heading = heading
            self.border_title = heading
        super().update()

    def state_line(self, width: int) -> Content:
        """The first line of a pane or strip."""
        moment = self.moment
        return state_line(
            self.role,
            moment.model,
            moment.timeline,
            moment.headline(),
            moment.now(),
            width,
        )

    def text_to_copy(self) -> tuple[str, str]:
        """What `y` copies, in words and itself: the output; without any, what is drawn."""
        heading, lines = output_of(self.role, self.moment.model)
        if lines:
            text = "\n".join(clean(text) for _, text in lines)
            return (heading if " " in heading else f"output of {self.role_name}"), text
        drawn = [one.plain.rstrip() for one in self.draw(*self.size)]
        return f"the pane of {self.role_name}", "\n".join(drawn)


class Pane(RoleDrawing):
    """One of the two roles at the left and right of the pipes."""

    _other_file = ""

    def update(self) -> None:
        """See RoleDrawing. A file that is not the program's own is named in the border."""
        other = source_shown(self.role).other
        if other != self._other_file:
            self._other_file = other
            self.border_subtitle = foreign(other)
        super().update()

    def draw(self, width: int, height: int) -> list[Content]:
        """State, text, ends and output, as many of each as there is room for."""
        lines = [self.state_line(width), *not_traced(self.role, width)]
        if self.role.process is None:
            lines += [starts_it(self.role), Content("")]
            return lines + list(self._source_lines(height - len(lines), width))
        if height < _COMPACT:
            printed = self._last_output(1, width)
            lines += self._filled_source(height - len(lines) - len(printed), width)
            return lines + printed
        ends = self._ends(width)
        output = self._output((height - len(lines) - len(ends)) // 2, width)
        lines += self._filled_source(height - len(lines) - len(ends) - len(output), width)
        return lines + ends + output

    def _filled_source(self, count: int, width: int) -> list[Content]:
        lines = list(self._source_lines(count, width))
        return lines + [Content("")] * (count - len(lines))

    def _source_lines(self, count: int, width: int) -> Iterator[Content]:
        style = "$faint" if self.role.process is None else "$quiet"
        source, current, _ = source_shown(self.role)
        for number, text in source.part(count, current):
            if number == current:
                yield current_line(number, text, width, self.role, self.moment.model)
            else:
                yield source_line(number, text, width, style)

    def _ends(self, width: int) -> list[Content]:
        role = self.role
        held = [end_lines(role, *one, width) for one in open_ends(role, self.moment.model)]
        shown = held if len(held) <= 4 else held[:3]
        lines = [one for end in shown for one in end]
        if len(held) > len(shown):
            lines.append(line((f"    {len(held) - len(shown)} more", "$faint")))
        return [rule("open ends", width), *lines] if held else []

    def _output(self, room: int, width: int) -> list[Content]:
        heading, printed = output_of(self.role, self.moment.model)
        if not printed:
            return []
        shown = printed[-(room - 1) :]
        return [rule(heading, width), *(fit(line(" ", output_line(*one)), width) for one in shown)]

    def _last_output(self, count: int, width: int) -> list[Content]:
        _, printed = output_of(self.role, self.moment.model)
        sign = (f"{mark('output')} ", "$faint")
        return [fit(line(sign, output_line(*one)), width) for one in printed[-count:]]
