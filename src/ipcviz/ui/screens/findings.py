"""What rules find at a moment of the run, over its screen."""

from __future__ import annotations

from collections.abc import Iterator

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

from ipcviz.events import Finding
from ipcviz.ui.finding_lines import finding_lines, finding_text
from ipcviz.ui.lines import line
from ipcviz.ui.moment import Moment
from ipcviz.ui.widgets.choices import Choices

_EVERY = 0.25
"""Seconds between two looks at what is found now: the run goes on below."""
_WIDTH = 88
_FRAME = 5
"""Cells beside the sentences: border, padding, scrollbar."""
_NOTHING = "No rule finds anything wrong at this moment."


class FindingsScreen(ModalScreen[Finding | None]):
    """The findings, the gravest first. Answers the one that was chosen, or nothing."""

    BINDINGS = [  # noqa: RUF012
        ("escape,d,q", "dismiss", "close"),
        ("y", "copy", "copy"),
    ]

    def __init__(self, moment: Moment) -> None:
        super().__init__()
        self._moment = moment
        self._found: list[Finding] = []

    def compose(self) -> ComposeResult:
        """The list."""
        choices = Choices(markup=False, compact=True, id="findings")
        choices.styles.width = _WIDTH
        yield choices

    def on_mount(self) -> None:
        """Say of which moment they are, and follow it."""
        at = f"at {self._moment.now() / 1e9:.3f} s" if self._moment.past else "now"
        choices = self.query_one(Choices)
        choices.border_title = line(("findings", "bold"), f" {at}")
        choices.border_subtitle = "enter goes to its moment, y copies it, esc closes"
        self.set_interval(_EVERY, self._follow)

    def on_resize(self, _: events.Resize) -> None:
        """The sentences are broken anew."""
        self._list_anew()

    @on(Choices.OptionSelected)
    def _choose(self, event: Choices.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])

    def action_copy(self) -> None:
        """Copy the sentences of the one under the cursor."""
        chosen = self.query_one(Choices).highlighted
        if chosen is not None:
            self.app.copy_to_clipboard(finding_text(self._found[chosen]))
            self.notify("Copied: the finding.", markup=False)

    def _follow(self) -> None:
        if self._moment.model.gravest_findings != self._found:
            self._list_anew()

    def _list_anew(self) -> None:
        """The cursor stays on what it was on, if that is still found."""
        choices = self.query_one(Choices)
        before = self._found[choices.highlighted] if choices.highlighted is not None else None
        self._found = self._moment.model.gravest_findings
        choices.set_options(self._options(min(_WIDTH, self.size.width) - _FRAME))
        at = self._found.index(before) if before in self._found else 0
        choices.highlighted = at if self._found else None

    def _options(self, width: int) -> Iterator[Option | None]:
        for finding in self._found:
            yield Option(Content("\n").join(finding_lines(finding, width)))
            yield None  # a line between this one and the next
        if not self._found:
            yield Option(line((_NOTHING, "$quiet")), disabled=True)
