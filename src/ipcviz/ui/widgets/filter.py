"""The line in which the menu's filter is typed. Apart, since Input is costly to import."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Input


class Filter(Input):
    """Arrows still move the list; escape ends the filter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("escape", "leave", "show all scenarios"),
        ("down", "move(1)", "the next scenario"),
        ("up", "move(-1)", "the scenario before"),
    ]

    class Left(Message):
        """The filter is no longer wanted."""

    def __init__(self) -> None:
        super().__init__(
            placeholder="letters of the title; escape shows all", id="filter", compact=True
        )

    def action_leave(self) -> None:
        """Tell the menu."""
        self.post_message(self.Left())

    def action_move(self, direction: int) -> None:
        """Move the cursor of the list."""
        options = self.screen.query_one("OptionList")
        getattr(options, "action_cursor_down" if direction > 0 else "action_cursor_up")()
