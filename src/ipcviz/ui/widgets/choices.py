"""A list to choose from, in terminals of any size."""

from __future__ import annotations

from textual.widgets import OptionList


class Choices(OptionList):
    """An OptionList that may be without room: it counts its lines only where it has some, and
    cannot move by a page before."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key of the list does something now."""
        return has_room(self) or action not in ("page_up", "page_down")


def has_room(options: OptionList) -> bool:
    """Whether any of its lines can be shown."""
    return bool(options.scrollable_content_region)
