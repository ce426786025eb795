"""The chooser of a signal for the focused process."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets.option_list import Option

from ipcviz.model import Process
from ipcviz.ui.lines import line
from ipcviz.ui.widgets.choices import Choices

SIGNALS = {
    "SIGUSR1": "ends it",
    "SIGUSR2": "ends it",
    "SIGINT": "ends it",
    "SIGTERM": "ends it",
    "SIGHUP": "ends it",
    "SIGQUIT": "ends it, with a core dump",
    "SIGALRM": "ends it",
    "SIGPIPE": "ends it",
    "SIGCHLD": "does nothing",
    "SIGSTOP": "stops it, always",
    "SIGTSTP": "stops it",
    "SIGCONT": "lets it go on",
    "SIGKILL": "ends it, always",
}
"""Signal -> what it does to a process that has made no other arrangement: signal(7), Standard
signals."""
_UNALTERABLE = ("SIGKILL", "SIGSTOP")
_NAME = 10


class SignalChooser(ModalScreen[str | None]):
    """A list of signals, with what the process has arranged for each. Answers the name, or
    nothing."""

    BINDINGS = [("escape", "dismiss", "send nothing")]  # noqa: RUF012

    def __init__(self, role: str, process: Process) -> None:
        super().__init__()
        self._role = role
        self._process = process

    def compose(self) -> ComposeResult:
        """The list."""
        yield Choices(
            *(Option(prompt, id=signal) for signal, prompt in self._prompts()),
            markup=False,
            compact=True,
            id="signals",
        )

    def on_mount(self) -> None:
        """Say to whom."""
        options = self.query_one(Choices)
        title = line("signal ", (self._role, "bold"), f" {self._process.pid}")
        options.border_title = title
        options.border_subtitle = "enter sends, esc does not"

    @on(Choices.OptionSelected)
    def _choose(self, event: Choices.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def _prompts(self) -> Iterator[tuple[str, Content]]:
        for signal, default in SIGNALS.items():
            style = "$accent" if signal in self._arranged() else "$quiet"
            yield (
                signal,
                line((f" {signal:<{_NAME}}", "bold"), (self._effect(signal, default), style), " "),
            )

    def _arranged(self) -> set[str]:
        sets = self._process.signals
        return set() if sets is None else {*sets.caught, *sets.ignored, *sets.blocked}

    def _effect(self, signal: str, default: str) -> str:
        sets = self._process.signals
        if sets is None or signal in _UNALTERABLE:
            return default
        effect = default
        if signal in sets.caught:
            effect = "runs its handler"
        elif signal in sets.ignored:
            effect = "is ignored"
        return f"waits, since it is blocked; then {effect}" if signal in sets.blocked else effect
