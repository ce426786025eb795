"""What every screen of the app has: classes by size, a key bar, and a word when it is too small."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from ipcviz.ui.commands import Command
from ipcviz.ui.lines import line
from ipcviz.ui.widgets.drawing import Drawing
from ipcviz.ui.widgets.keybar import Entry

LEAST = (80, 24)
"""Columns and rows that the screens are made for."""


class TooSmall(Drawing):
    """The one sentence of a terminal without room for more."""

    def draw(self, width: int, height: int) -> list[Content]:
        """The sentence."""
        least = "{}x{}".format(*LEAST)
        sentence = line(
            "ipcviz needs ", (least, "bold"), f", and this terminal is {width}x{height}."
        )
        return sentence.wrap(width)


class SizedScreen(Screen[None]):
    """Shows its body from 80x24 on. The stylesheet arranges it by the classes below."""

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012  # Textual's own annotation
        (0, "-tiny"),
        (LEAST[0], "-narrow"),
        (112, "-middle"),
        (160, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (LEAST[1], "-low"), (34, "-tall")]  # noqa: RUF012

    def compose(self) -> ComposeResult:
        """The body, or the sentence."""
        # Textual sets these classes at the first resize, which comes after the first paint.
        breakpoints = (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS)
        for length, names in zip(self.app.size, breakpoints, strict=True):
            self.add_class(next(name for least, name in reversed(names) if length >= least))
        yield TooSmall()
        with Vertical(id="body"):
            yield from self.body()

    def body(self) -> Iterable[Widget]:
        """The widgets, from top to bottom."""
        raise NotImplementedError

    def commands(self) -> Sequence[Command]:
        """The commands of this screen, live or not."""
        raise NotImplementedError

    def worded(self, command: Command) -> Command:
        """The command with its word for what it would do now."""
        return command

    def key_words(self) -> list[tuple[str, str]]:
        """Keys that only this screen knows, with what each does, for the help."""
        return []

    def spoken_commands(self) -> Iterator[tuple[str, str, Callable[[], Awaitable[object]]]]:
        """What can be done now, for the palette: name, explanation, callback."""
        for one in self.live(self.commands()):
            if one.label:
                yield self.worded(one).label, one.words, partial(self.run_action, one.action)

    def redraw(self) -> None:
        """Let every drawing compare what it shows with what it should show."""
        for drawing in self.walk_children(Drawing):
            drawing.update()

    def live(self, commands: Iterable[Command]) -> list[Command]:
        """Those that can be given now."""
        return [one for one in commands if self.check_action(one.action.partition("(")[0], ())]


def entry(command: Command) -> Entry:
    """A command as it stands in the key bar."""
    return Entry(command.key.partition(",")[0], command.label, command.key_text)
