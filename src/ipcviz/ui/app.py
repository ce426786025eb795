"""The app: menu, the scenario that runs, and every way to end."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import constants
from textual.app import App, SystemCommand
from textual.reactive import Reactive
from textual.screen import Screen
from textual.theme import Theme

from ipcviz.errors import ControlError, UsageError
from ipcviz.exits import BY_SIGNAL, INTERRUPTED, TIMED_OUT
from ipcviz.marks import ascii_only
from ipcviz.ui.commands import APP, bindings
from ipcviz.ui.screens.menu import MenuScreen
from ipcviz.ui.theme import DARK, THEMES, shades

if TYPE_CHECKING:
    from types import FrameType

    from textual.driver import Driver
    from textual.filter import LineFilter

    from ipcviz.log import Listener
    from ipcviz.recording.recorder import Recorder
    from ipcviz.scenarios.schema import Loaded
    from ipcviz.session import Session
    from ipcviz.steps import Line
    from ipcviz.supervisor.guardian import Guardian

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(
    loaded: Loaded | None,
    guardian: Guardian,
    script: Sequence[Line] | None = None,
    record: Path | None = None,
    timeout: float | None = None,
    listeners: Sequence[Listener] = (),
) -> int:
    """Show the menu, or go straight into a scenario. Answers the exit code.

    `record` is the file that the run is recorded in; `timeout`, in seconds, ends the app; the
    listeners hear every event of every run. Raises UsageError where the scenario cannot be
    opened, or the file not be made.
    """
    app = IpcvizApp(loaded, guardian, script, timeout, listeners)
    if record is not None:
        app.record(record)
    return asyncio.run(_run(app))


async def _run(app: IpcvizApp) -> int:
    with _ended_by_signals(app):
        try:
            await app.run_async()
        finally:
            await app.close_session()
            app.end_recording()
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0


@contextlib.contextmanager
def _ended_by_signals(app: IpcvizApp) -> Iterator[None]:
    """Let a signal end the app in the usual way, even while it is suspended.

    What ends a suspended app also continues it, in the background, where Textual would be stopped
    anew by SIGTTOU as it sets up the terminal, and the end be never reached. Blocked, the signal
    does not come and the terminal may be set: tcsetattr(3p). Handlers run in the order of the
    signals' numbers, hence this one before Textual's for SIGCONT.
    """
    loop = asyncio.get_running_loop()

    def end(number: int, _: object) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTTIN, signal.SIGTTOU))
        loop.call_soon_threadsafe(app.end, BY_SIGNAL + number)

    before = {number: signal.signal(number, end) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _one_continuation_at_a_time() -> None:
    """Hold SIGCONT back while Textual's handlers of SIGTSTP and of SIGCONT itself are at work.

    The app sleeps inside of them. What wakes it may be SIGHUP with two SIGCONT, from a shell that
    is told to kill a stopped job and to continue it. The handler that ends the app must have run
    whole by the time that one of SIGCONT begins: in its midst, that would put the app to sleep for
    good. Blocked, SIGCONT wakes a process all the same: signal(7).
    """
    for number in (signal.SIGTSTP, signal.SIGCONT):
        handler = signal.getsignal(number)
        if callable(handler):
            signal.signal(number, partial(_without_sigcont, handler))


def _without_sigcont(
    handler: Callable[[int, FrameType | None], object], number: int, frame: FrameType | None
) -> None:
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGCONT,))
    try:
        handler(number, frame)
    finally:
        if signal.SIGCONT not in blocked:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGCONT,))


def _collect_garbage_again() -> None:
    """After the first paint. What the start has made stays, and need not be looked through."""
    gc.freeze()
    gc.enable()


class IpcvizApp(App[None]):
    """Holds the session, if a scenario runs. Whoever runs the app closes it at the end."""

    TITLE = "ipcviz"
    CSS_PATH = "ipcviz.tcss"
    BINDINGS = bindings(APP)  # type: ignore[assignment]
    theme: Reactive[str] = Reactive(os.environ.get("TEXTUAL_THEME", DARK.name))

    def __init__(
        self,
        loaded: Loaded | None,
        guardian: Guardian,
        script: Sequence[Line] | None = None,
        timeout: float | None = None,
        listeners: Sequence[Listener] = (),
    ) -> None:
        super().__init__()
        self.failure: UsageError | None = None
        self.session: Session | None = None
        self._recorder: Recorder | None = None
        self._start = loaded
        self._guardian = guardian
        self._script = script
        self._timeout = timeout
        self._listeners = tuple(listeners)
        for theme in THEMES:
            self.register_theme(theme)

    def get_default_screen(self) -> Screen[None]:
        """The menu lies below everything."""
        return MenuScreen()

    def get_driver_class(self) -> type[Driver]:
        """One that outlives its terminal, unless the environment names another."""
        from ipcviz.ui.driver import TerminalDriver

        return super().get_driver_class() if constants.DRIVER is not None else TerminalDriver

    def get_theme(self, theme_name: str) -> Theme | None:
        """Ours are known before the first is asked for, so that no stylesheet is read twice."""
        ours = {theme.name: theme for theme in THEMES}
        return ours.get(theme_name) or super().get_theme(theme_name)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours that ours need beside those of any theme."""
        return shades(self.current_theme)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Where the terminal cannot show our signs, letters stand for them."""
        filters = super().get_line_filters()
        if not ascii_only():
            return filters
        from ipcviz.ui.ascii import AsciiFilter

        return [*filters, AsciiFilter()]

    async def on_mount(self) -> None:
        """Go straight into the scenario that was asked for."""
        _one_continuation_at_a_time()
        self.call_after_refresh(_collect_garbage_again)
        if self._timeout is not None:
            self.set_timer(self._timeout, lambda: self.end(TIMED_OUT))
        if self._start is not None:
            try:
                await self.run_scenario(self._start, self._script)
            except UsageError as error:
                self.failure = error
                self.exit()

    def record(self, file: Path) -> None:
        """Record every run from now on. Raises UsageError where the file cannot be made."""
        from ipcviz.recording.recorder import Recorder

        self._recorder = Recorder(file, self._not_recorded)

    @property
    def recorded_in(self) -> Path | None:
        """The file that the run is recorded in, if it is."""
        return self._recorder.path if self._recorder is not None else None

    def end_recording(self) -> None:
        """Write what is left to write."""
        if self._recorder is not None:
            self._recorder.close()

    def _not_recorded(self, sentence: str) -> None:
        if self.is_running:
            self.notify(sentence, severity="warning", markup=False)
        else:
            print(f"ipcviz: {sentence}", file=sys.stderr)

    async def run_scenario(self, loaded: Loaded, script: Sequence[Line] | None = None) -> None:
        """Open a session of the scenario, in place of the one that runs, and show it.

        Raises UsageError where it cannot be opened; then the menu is shown.
        """
        from ipcviz.session import Session
        from ipcviz.ui.screens.scenario import ScenarioScreen

        await self.leave_scenario()
        recorders = [self._recorder.hear] if self._recorder is not None else []
        session = Session(loaded, self._guardian, script, [*recorders, *self._listeners])
        session.failed = self.exit
        await session.open()
        self.session = session
        await self.push_screen(ScenarioScreen(session))

    async def leave_scenario(self) -> None:
        """End the run, if there is one, and show the menu."""
        if self.session is not None:
            try:
                await self.close_session()
            except ControlError as error:
                self.complain(error)
            await self.pop_screen()

    async def close_session(self) -> None:
        """End every process of the run, if there is one.

        Raises ControlError where something is left; all else is cleaned up by then.
        """
        session, self.session = self.session, None
        if session is not None:
            session.changed = None
            await session.close()

    def variant_after(self, loaded: Loaded) -> Loaded:
        """The same scenario in its next variant; after the last, without any. Raises UsageError
        where the file has since become wrong."""
        from ipcviz.diagnoses.listing import rule_help
        from ipcviz.scenarios import catalog

        names = [None, *loaded.scenario.variants]
        following = names[(names.index(loaded.variant) + 1) % len(names)]
        return catalog.load(loaded.file, following, rule_help)

    def complain(self, error: Exception) -> None:
        """Show the sentence, over whichever screen is there."""
        self.notify(str(error), severity="warning", markup=False)

    def end(self, code: int) -> None:
        """Quit with this exit code."""
        self.exit(return_code=code)

    def action_interrupt(self) -> None:
        """As Ctrl+C does in any program."""
        self.end(INTERRUPTED)

    def action_draw_anew(self) -> None:
        """Repaint every cell, whatever others wrote over it."""
        self.screen.refresh(layout=True)
        self.refresh(layout=True)

    def action_help(self) -> None:
        """Explain keys and marks, unless something lies over the screen that has them."""
        from ipcviz.ui.screens.help import HelpScreen
        from ipcviz.ui.screens.sized import SizedScreen

        if isinstance(self.screen, SizedScreen):
            self.push_screen(HelpScreen(self.screen.commands(), self.screen.key_words()))

    def action_command_palette(self) -> None:
        """Search all commands."""
        from ipcviz.ui.screens.palette import Palette

        if not isinstance(self.screen, Palette):
            self.push_screen(Palette())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every command that can be given now, in words."""
        from ipcviz.ui.screens.sized import SizedScreen

        if isinstance(screen, SizedScreen):
            for name, words, callback in screen.spoken_commands():
                yield SystemCommand(name, words, callback)
            yield SystemCommand("help", "explain keys and marks", self.action_help)
        yield SystemCommand("theme", "change the colours", self.action_change_theme)
        yield SystemCommand("quit", "end every process and quit", self.action_quit)
