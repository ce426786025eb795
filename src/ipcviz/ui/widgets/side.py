"""The panel at the right of a wide screen: the whole sentence, the whole run, the whole play."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ipcviz.marks import mark
from ipcviz.ui.cells import Cells, cut
from ipcviz.ui.finding_lines import alarm, finding_lines
from ipcviz.ui.lines import Piece, foreign, line, rule, wrapped
from ipcviz.ui.message_lines import message_lines
from ipcviz.ui.moment import Moment
from ipcviz.ui.scale import Scale
from ipcviz.ui.stretches import put_stretch, stretches
from ipcviz.ui.tones import STATES, STUCK_STYLE
from ipcviz.ui.widgets.drawing import Drawing

_NAME = 10


class SidePanel(Drawing):
    """Sections with a title each; one without anything to tell is left out."""

    BORDER_TITLE = "what is going on"

    def __init__(self, moment: Moment) -> None:
        super().__init__(id="side")
        self._moment = moment

    def draw(self, width: int, height: int) -> list[Content]:
        """The sections, from the top."""
        lines = [Content(""), *self._told(width)]
        sections = (
            ("the whole run", self._run(width)),
            ("message", self._message(width, height // 2)),
            ("the play", self._play(width)),
            ("look at", self._look_at(width)),
        )
        for title, section in sections:
            body = list(section)
            if body and len(lines) + 2 < height:
                lines += [Content(""), rule(title, width), *body]
        return lines

    def _told(self, width: int) -> Iterator[Content]:
        found = alarm(self._moment.model)
        if found is not None:
            yield from finding_lines(found, width)
            return
        told = self._moment.headline()
        parts = [foreign(part.text, "bold" if part.strong else "") for part in told.sentence]
        yield from wrapped(Content.assemble(*parts), width)
        if told.aside:
            yield from [Content(""), *wrapped(foreign(told.aside, "$quiet"), width)]

    def _run(self, width: int) -> Iterator[Content]:
        now = self._moment.now()
        for name, lifeline in self._moment.timeline.lifelines.items():
            cells = Cells(width)
            cells.put(0, cut(name, _NAME - 1), "$quiet")
            present = lifeline.at(now)
            if present is None:
                cells.put(_NAME, "not started", "$faint")
            else:
                for stretch in stretches(lifeline, Scale(0, max(1, now), width - _NAME - 1)):
                    put_stretch(cells, _NAME, stretch)
                style = STUCK_STYLE if lifeline.is_stuck(now) else STATES[present.state]
                cells.put(width - 1, mark(present.state), style)
            yield cells.content()

    def _message(self, width: int, most: int) -> list[Content]:
        message = self._moment.message
        lines = list(message_lines(message, self._moment.model, width)) if message else []
        if len(lines) > most:
            lines[most - 1 :] = [line(("… enter shows all of it", "$faint"))]
        return lines

    def _play(self, width: int) -> Iterator[Content]:
        steps = self._moment.session.steps
        for number, step in enumerate(steps.lines):
            done, following = number < steps.position, number == steps.position
            sign: Piece = (mark("exited"), "$success") if done else (">" if following else " ")
            style = "$faint" if done else "$quiet"
            first, *rest = wrapped(
                foreign(step.command.text, "bold" if following else style), width - 2
            )
            yield line(sign, " ", first)
            yield from (line("  ", one) for one in rest)
            if following and step.say:
                yield from (line("  ", one) for one in wrapped(foreign(step.say), width - 2))

    def _look_at(self, width: int) -> Iterator[Content]:
        for text in self._moment.session.loaded.scenario.look_at:
            first, *rest = wrapped(foreign(text, "$quiet"), width - 2)
            yield line(("· ", "$faint"), first)
            yield from (line("  ", one) for one in rest)
