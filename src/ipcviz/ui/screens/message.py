"""One message in full, over the screen of its run."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen

from ipcviz.model import Model
from ipcviz.model.channel.message import Message
from ipcviz.text import clean
from ipcviz.ui.lines import foreign
from ipcviz.ui.message_lines import message_lines
from ipcviz.ui.widgets.drawing import Drawing


class MessageText(Drawing):
    """All of it, from top to bottom."""

    def __init__(self, message: Message, model: Model) -> None:
        super().__init__()
        self._message = message
        self._model = model

    def draw(self, width: int, height: int) -> list[Content]:
        """Heading, outcome and text."""
        return list(message_lines(self._message, self._model, width))


class MessageScreen(ModalScreen[None]):
    """A message, as it stood when it was asked for."""

    BINDINGS = [  # noqa: RUF012
        ("escape,enter,q", "dismiss", "close"),
        ("y", "copy", "copy"),
    ]

    def __init__(self, message: Message, model: Model) -> None:
        super().__init__()
        self._message = message
        self._text = MessageText(message, model)

    def compose(self) -> ComposeResult:
        """The text, which scrolls."""
        scroll = VerticalScroll(self._text, id="message")
        scroll.border_title = foreign(f"message in {self._message.channel}")
        scroll.border_subtitle = "arrows scroll, y copies, esc closes"
        yield scroll

    def action_copy(self) -> None:
        """Copy its text."""
        lines = self._message.text.removesuffix("\n").split("\n")
        self.app.copy_to_clipboard("\n".join(map(clean, lines)))
        self.notify("Copied: the message.", markup=False)
