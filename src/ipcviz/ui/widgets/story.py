"""The story of a run: its events with their filter, or in their place the lanes over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from ipcviz.model.timeline.row_filter import RowFilter, completions
from ipcviz.ui.moment import Moment
from ipcviz.ui.widgets.timeline import TimelineView

if TYPE_CHECKING:
    from textual.widgets import Input

    from ipcviz.ui.widgets.lanes import Lanes


class Story(Vertical):
    """`roles` are the lifelines from left to right, or the lanes from top to bottom."""

    def __init__(self, moment: Moment, roles: Sequence[str]) -> None:
        super().__init__()
        self._moment = moment
        self._roles = roles
        self._timeline = TimelineView(moment, roles)
        moment.rows = self._timeline.rows
        self._lanes: Lanes | None = None
        self._filter: Input | None = None
        self._focused_before: Widget | None = None

    @property
    def lanes(self) -> Lanes | None:
        """The lanes, while they are shown."""
        return self._lanes if self._lanes is not None and self._lanes.display else None

    @property
    def filtered(self) -> bool:
        """The line of the filter is there, typed in or kept."""
        return self._filter is not None

    @property
    def is_typed_in(self) -> bool:
        """Keys are letters of the filter."""
        return self._filter is not None and self.screen.focused is self._filter

    def compose(self) -> ComposeResult:
        """The events."""
        yield self._timeline

    def page(self, direction: int) -> None:
        """Scroll by what is in view, back (-1) or on (1)."""
        (self.lanes or self._timeline).page(direction)

    async def toggle_view(self) -> None:
        """Show the lanes over time in place of the events, or the events again."""
        from ipcviz.ui.widgets.lanes import Lanes

        if self._lanes is None:
            self._lanes = Lanes(self._moment, self._roles)
            await self.mount(self._lanes, before=0)
        else:
            self._lanes.display = not self._lanes.display
        self._timeline.display = not self._lanes.display

    async def ask_filter(self) -> None:
        """Let a filter of the events be typed, or changed."""
        from ipcviz.ui.widgets.filter import Filter

        if self.lanes is not None:
            await self.toggle_view()
        if self._filter is None:
            self._focused_before = self.screen.focused
            model = self._moment.model
            words = completions(model.roles, model.channels)
            hint = f"such as: {words[0]} wait, or type:signal. Enter keeps it, escape ends it"
            self._filter = Filter(hint, self._timeline.scroll_lines, words)
            await self.mount(self._filter)
        self.screen.set_focus(self._filter)  # at once: the next key is a letter

    async def end_filter(self) -> None:
        """Show every event again."""
        if self._filter is not None:
            line, self._filter = self._filter, None
            self._give_focus_back()
            await line.remove()
            self._timeline.filter_by(RowFilter())

    def on_input_changed(self, event: Any) -> None:
        """Show what matches, while it is typed."""
        event.stop()
        if self._filter is not None:
            self._timeline.filter_by(RowFilter(event.value))

    async def on_input_submitted(self, event: Any) -> None:
        """Enter keeps the filter; one that says nothing ends."""
        event.stop()
        if event.value.strip():
            self._give_focus_back()
        else:
            await self.end_filter()

    def _give_focus_back(self) -> None:
        before = self._focused_before
        self.screen.set_focus(before if before is not None and before.is_attached else None)
