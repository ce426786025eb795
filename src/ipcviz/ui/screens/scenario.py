"""The screen of a scenario that runs: what stands where, and when it is drawn anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

from textual import on
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from ipcviz.session import Session
from ipcviz.ui.commands import APP, RUN, Command, bindings
from ipcviz.ui.screens.run_actions import RunActions
from ipcviz.ui.screens.sized import entry
from ipcviz.ui.widgets.headline import HeadlineView
from ipcviz.ui.widgets.keybar import Entry, KeyBar
from ipcviz.ui.widgets.pane import Pane, RoleDrawing
from ipcviz.ui.widgets.pipes import Pipes
from ipcviz.ui.widgets.side import SidePanel
from ipcviz.ui.widgets.story import Story
from ipcviz.ui.widgets.strip import RoleStrip
from ipcviz.ui.widgets.timeline import TimelineView
from ipcviz.ui.widgets.topbar import TopBar

FRAME = 0.05
"""Seconds between two drawings while something happens."""
TICK = 1.0
"""Seconds between two drawings while nothing happens: waits are told in whole seconds."""
_STRIPS_WITH_BORDER = 2


class ScenarioScreen(RunActions):
    """Headline, strips, panes with the pipes between them, timeline, side panel, key bar."""

    AUTO_FOCUS = "Pane"
    BINDINGS = bindings(RUN)  # type: ignore[assignment]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        roles = list(session.model.roles)
        self._panes, self._strips = roles[:2], roles[2:]
        self._story = Story(self.moment, [*self._strips, *self._panes])
        self._due = False
        self._drawn = 0.0

    def body(self) -> Iterable[Widget]:
        """See SizedScreen."""
        panes, strips = self._panes, self._strips
        yield TopBar(self.moment, lambda: self.app.recorded_in)
        yield HeadlineView(self.moment)
        if strips:
            many = "-many" if len(strips) > _STRIPS_WITH_BORDER else None
            yield Vertical(
                *(RoleStrip(self.moment, role) for role in strips), id="strips", classes=many
            )
        between = Pipes(self.moment, panes, id="pipes-between")
        stage: list[Widget] = [Pane(self.moment, panes[0]), between]
        stage += [Pane(self.moment, role) for role in panes[1:]]
        yield Horizontal(*stage, id="stage")
        yield Pipes(self.moment, panes, id="pipes-below")
        yield Horizontal(self._story, SidePanel(self.moment), id="story")
        yield KeyBar(self.entries)

    def commands(self) -> Sequence[Command]:
        """See SizedScreen."""
        return RUN

    def entries(self) -> list[Entry]:
        """What the key bar shows: only what can be pressed now."""
        shown = [self.worded(one) for one in (*self.live(RUN), *APP) if one.label]
        return [*self.scenario_entries(), *map(entry, shown)]

    def on_mount(self) -> None:
        """Draw whenever something happened, and once a second."""
        self.session.changed = self._heard
        self.set_interval(TICK, self.redraw)
        if not self.session.steps.lines:
            self.query_one(HeadlineView).add_class("-no-play")

    def on_unmount(self) -> None:
        """Nobody is there to draw any more."""
        self.session.changed = None

    def watch_focused(self, widget: Widget | None) -> None:
        """Keys such as kill mean this role from now on: at once, so that the next key does."""
        if isinstance(widget, RoleDrawing):
            self.subject = widget.role_name
            self.redraw()

    @on(HeadlineView.Pressed)
    async def _press(self, pressed: HeadlineView.Pressed) -> None:
        offer = pressed.offer
        if offer.role is not None:
            self.subject = offer.role
            self.query_one(f"#role-{offer.role}").focus()
        for command in self.live(RUN):
            if command.key == offer.key:
                await self.run_action(command.action)
                return
        self.app.simulate_key(offer.key)  # one that the scenario names

    @on(TimelineView.Chosen)
    def _choose_moment(self, chosen: TimelineView.Chosen) -> None:
        self.show_moment_of(chosen.row)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command can be given now; only such are bound and shown."""
        if action == "zoom":
            return self._story.lanes is not None
        if action == "filter":
            return not self._story.is_typed_in
        return super().check_action(action, parameters)

    def redraw(self) -> None:
        """See SizedScreen. The focus comes back when a terminal that was too small has grown."""
        if self.focused is None:
            self.query(f"#role-{self.subject}").focus()
        self._drawn = time.monotonic()
        super().redraw()

    def action_page(self, direction: int) -> None:
        """Scroll the timeline, or the lanes, by a page."""
        self._story.page(direction)

    async def action_toggle_view(self) -> None:
        """Show the lanes over time, or the timeline again."""
        await self._story.toggle_view()
        self.redraw()

    def action_zoom(self, steps: int) -> None:
        """Show less of the time in the lanes (1), or more (-1)."""
        lanes = self._story.lanes
        if lanes is not None:
            lanes.zoom(closer=steps > 0)

    async def action_filter(self) -> None:
        """Ask for words that the events shown must have."""
        await self._story.ask_filter()

    async def action_leave(self) -> None:
        """End the filter; where there is none, the run."""
        if self._story.filtered:
            await self._story.end_filter()
        else:
            await super().action_leave()

    def _heard(self) -> None:
        if not self._due:
            self._due = True
            wait = FRAME - (time.monotonic() - self._drawn)
            # A timer of Textual's would skip a wait that is over by the time that it begins.
            loop = asyncio.get_running_loop()
            loop.call_later(max(0.0, wait), self.call_next, self._draw_frame)

    def _draw_frame(self) -> None:
        self._due = False
        self.redraw()
