"""What is going on in one sentence, the keys that move it forward, and the next step's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.message import Message

from ipcviz.marks import mark
from ipcviz.model.headline import Headline, Offer
from ipcviz.session import Session
from ipcviz.steps import Steps
from ipcviz.ui.lines import chip, fit, foreign, line, spread, wrapped
from ipcviz.ui.tones import STATES
from ipcviz.ui.widgets.drawing import Drawing

_INDENT = 3
_BETWEEN = 3


class _Chips(NamedTuple):
    """Offers in one line, and from which cell to which each can be clicked."""

    content: Content
    areas: list[tuple[int, int, Offer]]


class HeadlineView(Drawing):
    """Two lines for the sentence and its keys, and one for the play, where there is any."""

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, offer: Offer) -> None:
            super().__init__()
            self.offer = offer

    def __init__(self, session: Session) -> None:
        super().__init__(id="headline")
        self._session = session
        self._chips_at = (0, 0)
        self._chips = _Chips(Content(""), [])

    def update(self) -> None:
        """Draw anew, in the colour of the tone."""
        told = self._session.headline()
        for tone in ("calm", "waiting", "failed"):
            self.set_class(told.tone == tone, f"-{tone}")
        super().update()

    def draw(self, width: int, height: int) -> list[Content]:
        """The sentence, the keys, the play."""
        told = self._session.headline()
        lines = self._sentence(told, width)
        if self._session.steps.lines:
            lines = [*lines[: height - 1], self._play(self._session.steps, width)]
        return lines

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        x, y = event.x - self._chips_at[0], self._chips_at[1]
        for begin, end, offer in self._chips.areas:
            if event.y == y and begin <= x < end:
                self.post_message(self.Pressed(offer))

    def _sentence(self, told: Headline, width: int) -> list[Content]:
        """Where the sentence takes both lines, the keys share the second with it."""
        parts = [foreign(part.text, "bold" if part.strong else "") for part in told.sentence]
        sentence = Content.assemble(*parts)
        style = "" if told.tone == "failed" else STATES[told.mark]
        sign = line(" ", (mark(told.mark), style), " ")
        lines = wrapped(sentence, width - _INDENT - 1)
        self._chips = self._offers(told, width - 2 * _INDENT)
        chips = self._chips.content
        first = fit(line(sign, lines[0]), width)
        if len(lines) == 1:
            self._chips_at = (_INDENT, 1)
            aside = foreign(told.aside, "$quiet")
            left = line(" " * _INDENT, chips)
            if left.cell_length + aside.cell_length + _BETWEEN > width:
                return [first, fit(left, width)]
            return [first, spread(left, line(aside, " "), width)]
        return [first, self._shared(told, lines[1:], width)]

    def _shared(self, told: Headline, rest: list[Content], width: int) -> Content:
        """The end of the sentence, and as many of its keys as there is room for beside it."""
        end = rest[0] if len(rest) == 1 else line(rest[0], " …")
        room = width - _INDENT - 1
        self._chips = self._offers(told, max(room - end.cell_length - _BETWEEN, room // 3))
        chips = self._chips.content
        self._chips_at = (width - chips.cell_length - 1, 1)
        return line(" " * _INDENT, fit(end, room - chips.cell_length - 1), " ", chips, " ")

    def _offers(self, told: Headline, width: int) -> _Chips:
        """The offers that fit. One that means a role without the focus begins with tab."""
        pieces: list[Content] = []
        areas: list[tuple[int, int, Offer]] = []
        at = 0
        for offer in told.offers:
            keys = list(self._keys(offer))
            content = line(*keys, " ", foreign(offer.label))
            gap = _BETWEEN if pieces else 0
            if at + gap + content.cell_length > width:
                break
            pieces.append(line(" " * gap, content))
            areas.append((at + gap, at + gap + content.cell_length, offer))
            at += gap + content.cell_length
        return _Chips(Content.assemble(*pieces), areas)

    def _keys(self, offer: Offer) -> Iterator[Content | str]:
        focused = getattr(self.screen.focused, "role_name", None)
        if offer.role is not None and offer.role != focused:
            yield chip("tab")
            yield " "
        yield chip(offer.key)

    def _play(self, steps: Steps, width: int) -> Content:
        """The words of the next step, and how many there are."""
        count = line(
            (f"step {min(steps.position + 1, len(steps.lines))} of {len(steps.lines)} ", "$faint")
        )
        following = steps.upcoming
        if following is None:
            left = line(" " * _INDENT, ("Every step of the play has been taken.", "$quiet"))
            return fit(left, width)
        words = following.say or f"({following.command.text})"
        key = "space" if steps.playing else "n"
        left = line(" " * _INDENT, chip(key), " ", foreign(words, "$quiet"))
        if left.cell_length + count.cell_length >= width:
            return fit(left, width)
        return spread(left, count, width)
