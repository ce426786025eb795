"""The menu: the scenarios by chapter, and what the chosen one is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets.option_list import Option

from ipcviz.errors import UsageError
from ipcviz.scenarios import catalog
from ipcviz.scenarios.schema import Loaded
from ipcviz.ui.commands import APP, MENU, Command, bindings
from ipcviz.ui.lines import foreign, line, spread
from ipcviz.ui.screens.sized import SizedScreen, entry
from ipcviz.ui.widgets.choices import Choices
from ipcviz.ui.widgets.detail import DetailScroll
from ipcviz.ui.widgets.drawing import Drawing
from ipcviz.ui.widgets.keybar import Entry, KeyBar

if TYPE_CHECKING:
    from textual.widgets import Input

    from ipcviz.ui.app import IpcvizApp


class MenuTop(Drawing):
    """The first line: the name, and how many scenarios there are."""

    def __init__(self, count: int) -> None:
        super().__init__(id="menu-top")
        self._count = count

    def draw(self, width: int, height: int) -> list[Content]:
        """The line, with a blank one around it where there is room."""
        left = line(
            (" ipcviz", "bold $primary"),
            ("   see why processes wait for each other", "$quiet"),
        )
        content = spread(left, line((f"{self._count} scenarios ", "$faint")), width)
        return [content] if height == 1 else [Content(""), content]


class MenuScreen(SizedScreen):
    """The list at the left, the description at the right."""

    app: IpcvizApp
    AUTO_FOCUS = "Choices"
    BINDINGS = bindings(one for one in MENU if one.key != "enter")  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self._scenarios = [catalog.load(file) for file in catalog.builtin()]
        self._variants: dict[str, Loaded] = {}
        self._filter: Input | None = None

    def body(self) -> Iterable[Widget]:
        """See SizedScreen."""
        yield MenuTop(len(self._scenarios))
        yield Horizontal(
            Choices(*self._options(""), id="list", markup=False, compact=True),
            DetailScroll(self._scenarios[0]),
            id="menu",
        )
        yield KeyBar(self.entries)

    def commands(self) -> Sequence[Command]:
        """See SizedScreen."""
        return MENU

    def entries(self) -> list[Entry]:
        """What the key bar shows."""
        shown = [one for one in self.live((*MENU, *APP)) if one.label]
        return [entry(one) for one in shown]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command can be given now."""
        if action == "next_variant":
            chosen = self._chosen()
            return chosen is not None and bool(chosen.scenario.variants)
        if action == "filter":
            return self._filter is None or self.focused is not self._filter
        return True

    def _options(self, letters: str) -> list[Option]:
        """The scenarios whose title, id or chapter has these letters, under their chapters."""
        options: list[Option] = []
        chapter = ""
        for loaded in self._scenarios:
            scenario = loaded.scenario
            if letters.lower() not in f"{scenario.title} {scenario.id} {scenario.chapter}".lower():
                continue
            if scenario.chapter != chapter:
                chapter = scenario.chapter
                if options:
                    options.append(Option("", disabled=True))
                options.append(Option(foreign(chapter, "bold $primary"), disabled=True))
            options.append(Option(line("  ", foreign(scenario.title)), id=scenario.id))
        if not options:
            nothing = line(("No scenario has these letters.", "$quiet"))
            options.append(Option(nothing, disabled=True))
        return options

    def _fill(self, letters: str) -> None:
        options = self.query_one(Choices)
        options.set_options(self._options(letters))
        options.action_first()

    def _chosen(self) -> Loaded | None:
        """The scenario under the cursor, in the variant that was chosen for it."""
        option = self.query_one(Choices).highlighted_option
        if option is None or option.id is None:
            return None
        base = next(one for one in self._scenarios if one.scenario.id == option.id)
        return self._variants.get(option.id, base)

    @on(Choices.OptionHighlighted)
    def _describe(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.query_one(DetailScroll).show(chosen)
        self.query_one(KeyBar).update()

    @on(Choices.OptionSelected)
    async def action_open(self) -> None:
        """Run the chosen scenario."""
        chosen = self._chosen()
        if chosen is not None:
            await self.action_leave_filter()
            try:
                await self.app.run_scenario(chosen)
            except UsageError as error:
                self.app.complain(error)

    def action_next_variant(self) -> None:
        """Show the chosen scenario in its next variant."""
        chosen = self._chosen()
        if chosen is not None:
            try:
                variant = self.app.variant_after(chosen)
            except UsageError as error:
                self.app.complain(error)
                return
            self._variants[chosen.scenario.id] = variant
            self.query_one(DetailScroll).show(variant)

    def action_scroll_detail(self, direction: int) -> None:
        """Move the description up (-1) or down (1) by half of what is in view."""
        scroll = self.query_one(DetailScroll)
        scroll.scroll_relative(y=direction * max(1, scroll.size.height // 2), animate=False)

    async def action_filter(self) -> None:
        """Ask for letters that the title must have."""
        from ipcviz.ui.widgets.filter import Filter

        if self._filter is None:
            self._filter = Filter("letters of the title; escape shows all", self._move_cursor)
            await self.mount(self._filter, after="#menu")
        self.set_focus(self._filter)  # at once: the next key is a letter

    def _move_cursor(self, direction: int) -> None:
        options = self.query_one(Choices)
        if direction > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def on_input_changed(self, event: Any) -> None:
        """The letters changed."""
        self._fill(event.value)

    async def on_input_submitted(self) -> None:
        """Enter in the filter opens what it left under the cursor."""
        await self.action_open()

    async def action_leave_filter(self) -> None:
        """Show all scenarios again, with the cursor where it is."""
        options = self.query_one(Choices)
        chosen = self._chosen()
        if self._filter is not None:
            await self._filter.remove()
            self._filter = None
            self._fill("")
        if chosen is not None:
            options.highlighted = options.get_option_index(chosen.scenario.id)
        options.focus()
