"""The line in which a filter is typed. Apart, since Input is costly to import."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.suggester import Suggester
from textual.widgets import Input


class Filter(Input):
    """Says in its empty line what can be said. Arrows still move what is filtered: `move` is
    called with 1 for down, -1 for up. One of the `words` is offered as it is begun, and taken
    with the right arrow."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("down", "move(1)", "the next line"),
        ("up", "move(-1)", "the line before"),
    ]

    def __init__(self, hint: str, move: Callable[[int], None], words: Sequence[str] = ()) -> None:
        suggester = LastWord(words) if words else None
        super().__init__(placeholder=hint, suggester=suggester, id="filter", compact=True)
        self._move = move

    def action_move(self, direction: int) -> None:
        """Move what is filtered."""
        self._move(direction)


class LastWord(Suggester):
    """Completes the last word of a line to the first of `words` that begins so."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(case_sensitive=True)
        self._words = words

    async def get_suggestion(self, value: str) -> str | None:
        """The whole line, completed; null where no word begins so."""
        begun = value.rpartition(" ")[2]
        if not begun:
            return None
        found = (word for word in self._words if word.startswith(begun) and word != begun)
        word = next(found, None)
        return None if word is None else value + word.removeprefix(begun)
