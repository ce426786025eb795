"""The line in which the menu's filter is typed. Apart, since Input is costly to import."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import Input, OptionList


class Filter(Input):
    """Arrows still move the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "move(1)", "the next scenario"),
        ("up", "move(-1)", "the scenario before"),
    ]

    def __init__(self) -> None:
        super().__init__(
            placeholder="letters of the title; escape shows all", id="filter", compact=True
        )

    def action_move(self, direction: int) -> None:
        """Move the cursor of the list."""
        options = self.screen.query_one(OptionList)
        if direction > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()
