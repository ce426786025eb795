"""The line that an action writes, to be changed before it is written. Apart, since Input is costly
to import."""

from __future__ import annotations

from collections.abc import Mapping

from textual import on
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Input

from ipcviz.scenarios.schema import Action
from ipcviz.text import clean
from ipcviz.ui.lines import foreign, line


class LineEditor(ModalScreen[tuple[str, str] | None]):
    """An input line with the text of the first action. Answers the action's name and the line,
    or nothing."""

    BINDINGS = [  # noqa: RUF012
        ("escape", "dismiss", "write nothing"),
        ("down", "other(1)", "the line of the next action"),
        ("up", "other(-1)", "the line of the action before"),
    ]

    def __init__(self, actions: Mapping[str, Action]) -> None:
        super().__init__()
        self._actions = actions
        self._names = list(actions)
        self._lines = {
            name: clean(action.write_line.text)  # what is seen is what will be written
            for name, action in actions.items()
            if action.write_line is not None
        }

    def compose(self) -> ComposeResult:
        """The line."""
        yield Input(id="edit", compact=True, select_on_focus=False)

    def on_mount(self) -> None:
        """Begin with the first action."""
        self._show()

    @on(Input.Submitted)
    def _fire(self, event: Input.Submitted) -> None:
        self.dismiss((self._names[0], event.value))

    def action_other(self, direction: int) -> None:
        """Turn to another action; what was typed for this one stays."""
        self._lines[self._names[0]] = self.query_one(Input).value
        self._names = self._names[direction:] + self._names[:direction]
        self._show()

    def _show(self) -> None:
        entry, name = self.query_one(Input), self._names[0]
        action = self._actions[name]
        entry.value = self._lines[name]
        entry.cursor_position = len(entry.value)
        entry.border_title = line(foreign(action.label, "bold"), " to ", foreign(action.role))
        others = ", up and down: another" if len(self._names) > 1 else ""
        entry.border_subtitle = f"enter fires, esc does not{others}"
