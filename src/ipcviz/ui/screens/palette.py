"""The command palette."""

from __future__ import annotations

from textual.command import CommandList, CommandPalette

from ipcviz.ui.widgets.choices import has_room


class Palette(CommandPalette):
    """Textual's palette, which answers keys that move in its list only once the list is there."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key can be answered now."""
        if action == "command_list":
            return any(map(has_room, self.query(CommandList)))
        return super().check_action(action, parameters)
