"""What the keys of a running scenario do. What cannot be done now is answered with a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual import events
from textual.worker import Worker

from ipcviz.errors import ControlError, UsageError
from ipcviz.events import ActionInfo
from ipcviz.model import Process, Role
from ipcviz.session import Session
from ipcviz.ui.commands import Command
from ipcviz.ui.screens.moment_actions import MomentActions
from ipcviz.ui.widgets.keybar import Entry
from ipcviz.ui.widgets.pane import RoleDrawing

if TYPE_CHECKING:
    from ipcviz.scenarios.schema import Action
    from ipcviz.ui.app import IpcvizApp


class RunActions(MomentActions):
    """Acts on the run as it is now, and shows that: what is done in the past leads back from it.

    `subject` is the role that is under the focus.
    """

    app: IpcvizApp

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.subject = next(iter(session.model.roles))
        self._step: Worker[None] | None = None
        self._play_begun = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a command can be given now; only such are bound and shown."""
        steps = self.session.steps
        if action in ("choose_signal", "kill", "toggle_pause"):
            return self._process() is not None
        if action in ("next_step", "play"):
            return steps.upcoming is not None and not steps.playing
        if action == "toggle_play":
            return steps.playing or self._held()
        if action == "next_variant":
            return bool(self.session.loaded.scenario.variants)
        if action == "edit":
            return bool(self._editable())
        return super().check_action(action, parameters)

    def scenario_entries(self) -> list[Entry]:
        """The keys of the scenario itself that are live."""
        entries = [
            Entry(role.info.key, role.name)
            for role in self._startable()
            if role.info.key is not None
        ]
        entries += [
            Entry(action.key, action.name.replace("-", " ")) for action in self._possible_actions()
        ]
        return entries

    def key_words(self) -> list[tuple[str, str]]:
        """See SizedScreen."""
        told = [(one.info.key or "", f"start or restart {one.name}") for one in self._startable()]
        session = self.session.model.session
        told += [(one.key, one.label) for one in (session.actions if session else ())]
        return [(key, words) for key, words in told if key]

    def spoken_commands(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[object]]]]:
        """See SizedScreen."""
        for role in self._startable():
            verb = "restart" if role.running else "start"
            yield f"{verb} {role.name}", "start its program", partial(self._start, role.name)
        for action in self._possible_actions():
            yield action.label, "an action of this scenario", partial(self._act, action)
        yield from super().spoken_commands()

    def worded(self, command: Command) -> Command:
        """The command with its word for what it would do now."""
        process = self._process()
        stopped = process is not None and process.state == "stopped"
        held = not self.session.steps.playing
        goes_on = {"toggle_pause": stopped, "toggle_play": held}.get(command.action, False)
        return command._replace(label="go on") if goes_on else command

    async def on_key(self, event: events.Key) -> None:
        """The keys that the scenario names."""
        for action in self._possible_actions():
            if action.key == event.character:
                event.stop()
                await self._act(action)
                return
        for role in self._startable():
            if role.info.key is not None and role.info.key == event.character:
                event.stop()
                await self._start(role.name)

    def action_choose_signal(self) -> None:
        """Ask which signal, and send it to the focused process."""
        from ipcviz.ui.screens.signals import SignalChooser

        process = self._process()
        if process is not None:
            self.action_to_present()
            chooser = SignalChooser(self.session.model.name_of(process.pid), process)
            self.app.push_screen(chooser, lambda name: self._signal(process.pid, name))

    def action_edit(self) -> None:
        """Ask for the line that an action writes, and carry it out with that."""
        from ipcviz.ui.screens.edit import LineEditor

        self.action_to_present()
        self.app.push_screen(LineEditor(self._editable()), self._fire)

    def action_kill(self) -> None:
        """SIGKILL for the focused process."""
        process = self._process()
        if process is not None:
            self._control(lambda: self.session.controls.kill(process.pid))

    def action_toggle_pause(self) -> None:
        """Stop the focused process, or let it go on."""
        process = self._process()
        if process is not None:
            self._control(lambda: self.session.controls.toggle_pause(process.pid))

    def action_next_step(self) -> None:
        """Take the next step, unless one is under way."""
        if self._step is None or self._step.is_finished:
            self._step = self.run_worker(self._attempt(self.session.steps.take), group="step")

    def action_play(self) -> None:
        """Play the steps that are left."""
        self._play_begun = True
        self.run_worker(self._attempt(self.session.steps.play), group="play")
        # It begins in the loop's next turn, and no event tells that.
        asyncio.get_running_loop().call_soon(self.redraw)

    def action_toggle_play(self) -> None:
        """Hold the play before its next step, or let it go on."""
        if self.session.steps.playing:
            self.session.steps.hold()
            self.redraw()
        else:
            self.action_play()

    async def action_next_variant(self) -> None:
        """Run the next variant of the scenario instead."""
        try:
            await self.app.run_scenario(self.app.variant_after(self.session.loaded))
        except UsageError as error:
            self.app.complain(error)

    async def action_reset(self) -> None:
        """Begin the same run anew. Where that cannot be, only the menu is left."""
        self.workers.cancel_node(self)
        self._play_begun = False
        try:
            await self.session.reset()
        except ControlError as error:
            self.app.complain(error)
        except UsageError as error:
            self.app.complain(error)
            await self.app.leave_scenario()
            return
        self.moment.begin()
        self.redraw()

    def action_copy(self) -> None:
        """Copy what the focused process printed, or its pane."""
        pane = self.query_one(f"#role-{self.subject}", RoleDrawing)
        what, text = pane.text_to_copy()
        self.app.copy_to_clipboard(text)
        self.notify(f"Copied: {what}.", markup=False)

    async def action_leave(self) -> None:
        """End the run and go to the menu."""
        await self.app.leave_scenario()

    def _startable(self) -> list[Role]:
        return [one for one in self.session.model.roles.values() if one.info.started_by is None]

    def _possible_actions(self) -> list[ActionInfo]:
        """The scenario's actions that can be carried out as things stand."""
        session = self.session.model.session
        return [one for one in (session.actions if session else ()) if self._possible(one)]

    def _possible(self, action: ActionInfo) -> bool:
        role = self.session.model.roles[action.role]
        return role.running != (action.does == "start")

    def _editable(self) -> dict[str, Action]:
        """The possible actions that write a line."""
        actions = self.session.loaded.scenario.actions
        possible = {one.name: actions[one.name] for one in self._possible_actions()}
        return {name: one for name, one in possible.items() if one.write_line is not None}

    def _process(self) -> Process | None:
        """The process of the focused role, while it has not ended: a zombie takes no signal."""
        role = self.session.model.roles[self.subject]
        return role.process if role.running and role.state != "zombie" else None

    def _held(self) -> bool:
        """A play was begun and is not at its end."""
        return self._play_begun and self.session.steps.upcoming is not None

    async def _act(self, action: ActionInfo) -> None:
        self._control(lambda: self.session.controls.act(action.name))

    def _fire(self, edited: tuple[str, str] | None) -> None:
        if edited is not None:
            self._control(lambda: self.session.controls.act(*edited))

    async def _start(self, role: str) -> None:
        self.run_worker(self._attempt(lambda: self.session.restart(role)), group=f"start {role}")

    def _signal(self, pid: int, name: str | None) -> None:
        if name is not None:
            self._control(lambda: self.session.controls.signal(pid, name))

    async def _attempt(self, what: Callable[[], Awaitable[None]]) -> None:
        self.action_to_present()
        try:
            await what()
        except ControlError as error:
            self.app.complain(error)
        finally:
            self.redraw()

    def _control(self, what: Callable[[], None]) -> None:
        self.action_to_present()
        try:
            what()
        except ControlError as error:
            self.app.complain(error)
