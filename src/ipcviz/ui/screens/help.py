"""Help: the keys, the marks, how to read a pipe and the timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from ipcviz.diagnoses.rules import RULES
from ipcviz.marks import mark
from ipcviz.ui.commands import APP, Command
from ipcviz.ui.lines import Piece, line, wrapped
from ipcviz.ui.role_lines import IS_HERE, WAS_HERE
from ipcviz.ui.stretches import STRETCHES
from ipcviz.ui.tones import (
    LIFELINES,
    MEANINGS,
    SEVERITIES,
    SHORT_WAIT,
    STATES,
    STUCK,
    STUCK_STYLE,
)
from ipcviz.ui.widgets.drawing import Drawing
from ipcviz.ui.widgets.lane import BARS, DOWN, FULL, UP

_KEY = 11
_STATE = 15


class HelpText(Drawing):
    """All of it, from top to bottom."""

    def __init__(self, commands: Sequence[Command], keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._commands = commands
        self._keys = keys

    def draw(self, width: int, height: int) -> list[Content]:
        """The sections."""
        lines: list[Content] = []
        for title, section in (
            ("Keys", [*self._keys, *((one.key_text, one.words) for one in self._commands)]),
            ("Everywhere", [(one.key_text, one.words) for one in APP]),
        ):
            lines += [line((title, "bold")), *_definitions(section, width), Content("")]
        lines += [line(("States", "bold")), *_states(width), Content("")]
        lines += [line(("A program", "bold")), *_explained(_program(), width), Content("")]
        lines += [line(("A pipe", "bold")), *_explained(_pipe(), width), Content("")]
        lines += [line(("The timeline", "bold")), *_explained(_timeline(), width), Content("")]
        lines += [line(("The lanes over time", "bold")), *_explained(_lanes(), width), Content("")]
        return [*lines, line(("What rules find", "bold")), *_explained(_rules(), width)]


class HelpScreen(ModalScreen[None]):
    """The help over the screen that asked for it, with the keys of that screen."""

    BINDINGS = [  # noqa: RUF012
        ("escape,question_mark,f1,q", "dismiss", "close"),
    ]

    def __init__(self, commands: Sequence[Command], keys: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._text = HelpText(commands, keys)

    def compose(self) -> ComposeResult:
        """The text, which scrolls."""
        scroll = VerticalScroll(self._text, id="help")
        scroll.border_title = "help"
        scroll.border_subtitle = "arrows scroll, esc closes"
        yield scroll


def _definitions(pairs: Sequence[tuple[str, str]], width: int) -> Iterator[Content]:
    for key, words in pairs:
        first, *rest = wrapped(line((words, "$quiet")), width - _KEY - 2)
        yield line("  ", (f"{key:<{_KEY}}", "bold $primary"), first)
        yield from (line(" " * (_KEY + 2), one) for one in rest)


def _states(width: int) -> Iterator[Content]:
    for state, style in STATES.items():
        left = line("  ", (f"{mark(state)} {state:<{_STATE - 2}}", style))
        first, *rest = wrapped(line((MEANINGS[state], "$quiet")), width - _STATE - 2)
        yield line(left, first)
        yield from (line(" " * (_STATE + 2), one) for one in rest)


def _explained(pairs: Sequence[tuple[Content, str]], width: int) -> Iterator[Content]:
    column = max(sign.cell_length for sign, _ in pairs) + 2
    for sign, words in pairs:
        first, *rest = wrapped(line((words, "$quiet")), width - column - 2)
        yield line("  ", sign.pad_right(column - sign.cell_length), first)
        yield from (line(" " * (column + 2), one) for one in rest)


def _program() -> list[tuple[Content, str]]:
    return [
        (line((f"{IS_HERE} 14", f"bold {STATES['running']}")), "the line that it is in"),
        (line((f"{WAS_HERE} 14", "$quiet")), "its last line that was told: it has gone on since"),
    ]


def _pipe() -> list[tuple[Content, str]]:
    blocked = STATES["blocked"]
    messages = mark("bytes") * 2
    return [
        (line((f"┤    {messages}├▸", "$secondary")), "messages in it"),
        (
            line(("┤    ██├▸", "$secondary")),
            "bytes in it, in proportion to what it can hold, where messages are not known or many",
        ),
        (line((mark("running"), "$success")), "an end that somebody holds open"),
        (line((mark("blocked"), blocked)), "somebody sleeps here in a read or a write"),
        (line(("◌", blocked)), "somebody waits in open() for the other end"),
        (line(("·", "$faint")), "an end that nobody holds"),
        (line(("read-write", "$faint")), "who holds both ends: no end of file can reach it"),
        (
            line((f"{mark('warning')} ", SEVERITIES["warning"])),
            "a rule warns about it",
        ),
        (
            line(("▸ ◂", STUCK_STYLE)),
            "two that wait for each other, while a rule finds an error about both",
        ),
    ]


def _timeline() -> list[tuple[Content, str]]:
    def lifeline(state: str) -> Piece:
        return LIFELINES[state], STATES[state]

    return [
        (line(lifeline("running")), "runs"),
        (line(lifeline("ready")), "is ready for you"),
        (line(lifeline("sleeping")), "sleeps until its timer ends"),
        (line((SHORT_WAIT, STATES["blocked"])), "waits, for less than a second"),
        (line(lifeline("blocked")), "waits longer"),
        (line((STUCK, STUCK_STYLE)), "waits, and a rule finds an error about that"),
        (line(lifeline("stopped")), "is stopped"),
        (line(lifeline("zombie")), "has ended, not waited for"),
        (line(("◃┈┈ ┨", "$success")), "who started it, or let it go on"),
        (line((f"┠╌ {mark('signal')} ╌▹", "$accent")), "a signal from one to another"),
        (line((f"{mark('pending')} pending", "$accent")), "that has not been delivered yet"),
        (
            line(("┠── #1 {…} ─▸", "$secondary")),
            "a message; its latency is the time from its write to its read",
        ),
        (line((f"{mark('bytes')} in pipe", "$secondary")), "that nobody has read yet"),
        (line((f"{mark('bytes')}──▸", "$secondary")), "that was read late"),
        (line((f"{mark('bytes')}─{mark('failed')}", "$error")), "that went unread, and is lost"),
        (line((f"┠── {mark('bytes')}", "$secondary")), "bytes, where no message is told"),
        (line((f"━ {mark('error')} ━", SEVERITIES["error"])), "a rule finds an error"),
        (line((f"━ {mark('warning')} ━", SEVERITIES["warning"])), "a rule warns"),
        (line((mark("info"), SEVERITIES["info"])), "a rule tells what is worth knowing"),
        (line((f"┄ {mark('over')} ┄", "$success")), "what a rule had found is not true any more"),
        (
            line((mark("difference"), "$warning")),
            "the kernel's count disagrees with what was told",
        ),
        (line(("+9 s", "$faint")), "a time in which nothing happened"),
        (
            line(("click", "bold $primary")),
            "shows the moment of an event; below the last, the present",
        ),
    ]


def _lanes() -> list[tuple[Content, str]]:
    states = [(line((sign * 2, STATES[state])), state) for state, sign in STRETCHES.items()]
    return [
        *states,
        (line((STUCK * 2, STUCK_STYLE)), "blocked, and a rule finds an error about that"),
        (line((BARS, "$secondary")), "bytes in a pipe, up to the most that it ever held"),
        (line((FULL, "$secondary")), "a pipe that is full"),
        (line((mark("bytes"), "$secondary")), "a message is written"),
        (line((DOWN + UP, "bold $secondary")), "it is read, in the lane below or above"),
        (line((mark("signal"), "$accent")), "a signal is sent"),
        (line((mark("warning"), f"{SEVERITIES['warning']} reverse")), "what a rule finds"),
    ]


def _rules() -> list[tuple[Content, str]]:
    told: list[tuple[Content, str]] = []
    for rule in RULES:
        sign = line((f"{mark(rule.severity)} {rule.name}", SEVERITIES[rule.severity]))
        told.append((sign, " ".join((rule.__doc__ or "").split())))
    return told
