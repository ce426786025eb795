"""The keys of the app and what they do: one list, from which bindings, key bar, palette and help
are made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from textual.binding import Binding


class Command(NamedTuple):
    """key: in Textual's name; label: its word in the key bar, "" for one that is not there;
    words: what it does, for help and palette; shown: how the key is written for people;
    priority: done before the next key is looked at, which may be meant for what it opens."""

    key: str
    action: str
    label: str
    words: str
    shown: str = ""
    priority: bool = False

    @property
    def key_text(self) -> str:
        """How the key is written for people."""
        return self.shown or self.key


RUN = (
    Command("F", "edit", "edit", "edit the line that an action writes, then fire it"),
    Command("left", "step_back", "past", "step back in time; the run goes on meanwhile", "←"),
    Command("right", "step_on", "on", "step on in time, at the end to the present", "→"),
    Command("end", "to_present", "live", "return to the present, as every key that acts does"),
    Command("enter", "show_message", "message", "show the message of this moment in full"),
    Command("t", "toggle_view", "view", "show lanes over time, or the events again"),
    Command("plus,equals_sign", "zoom(1)", "closer", "show less of the time in the lanes", "+"),
    Command("minus", "zoom(-1)", "farther", "show more of the time in the lanes", "-"),
    Command("slash", "filter", "filter", "show only events with these words", "/", priority=True),
    Command("z", "toggle_pause", "pause", "stop the focused process, or let it go on"),
    Command("k", "choose_signal", "signal", "send the focused process a signal of your choice"),
    Command("K", "kill", "kill", "end the focused process with SIGKILL"),
    Command("d", "show_findings", "findings", "show what is wrong at this moment, and why"),
    Command("n", "next_step", "next", "take the next step of the play"),
    Command("a", "play", "play", "play the steps one after the other, with time to read"),
    Command("space", "toggle_play", "hold", "hold the play, or let it go on"),
    Command("v", "next_variant", "variant", "run the next variant of the scenario"),
    Command("r", "reset", "reset", "end every process and begin anew"),
    Command("y", "copy", "copy", "copy the output of the focused process"),
    Command("home", "to_first", "", "go back to the first event that is kept"),
    Command("pageup", "page(-1)", "", "scroll back in the timeline", "pgup"),
    Command("pagedown", "page(1)", "", "scroll on in the timeline, at its end follow it", "pgdn"),
    Command("escape", "leave", "menu", "end the run, and go to the menu", "esc"),
)
"""While a scenario runs: what matters most to a reader comes first, and stays in a narrow key bar.
The keys of roles and actions come from the scenario, and stand before these."""

MENU = (
    Command("enter", "open", "open", "open the scenario"),
    Command(
        "slash", "filter", "filter", "show only scenarios with these letters", "/", priority=True
    ),
    Command("escape", "leave_filter", "", "end the filter: show all scenarios", "esc"),
    Command("v", "next_variant", "variant", "look at the next variant of the scenario"),
    Command("pageup", "scroll_detail(-1)", "", "scroll the description back", "pgup"),
    Command("pagedown", "scroll_detail(1)", "", "scroll the description on", "pgdn"),
)
"""In the menu."""

APP = (
    Command("ctrl+p", "command_palette", "commands", "search all commands", "^p", priority=True),
    Command("ctrl+l", "draw_anew", "", "draw the screen anew", "^l", priority=True),
    Command(
        "ctrl+z", "suspend_process", "", "suspend ipcviz; fg brings it back", "^z", priority=True
    ),
    Command("question_mark,f1", "help", "help", "explain keys and marks", "?"),
    Command("q", "quit", "quit", "end every process and quit"),
    Command("ctrl+q", "quit", "", "the same, while you type too", "^q", priority=True),
    Command("ctrl+c", "interrupt", "", "the same, with exit code 130", "^c", priority=True),
)
"""Everywhere."""


def key_text(key: str) -> str:
    """How a key of a running scenario is written for people."""
    return next((one.key_text for one in RUN if one.key == key), key)


def bindings(commands: Iterable[Command]) -> list[Binding]:
    """The commands, for a class's BINDINGS."""
    return [
        Binding(one.key, one.action, one.words, show=False, priority=one.priority)
        for one in commands
    ]
