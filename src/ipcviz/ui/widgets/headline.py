"""What is going on in one sentence, the keys that move it forward, and the next step's words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple, get_args

from textual import events
from textual.content import Content
from textual.message import Message

from ipcviz.marks import mark
from ipcviz.model.clauses import Part
from ipcviz.model.headline import Headline, Tone
from ipcviz.model.offers import Offer
from ipcviz.steps import Steps
from ipcviz.ui.commands import key_text
from ipcviz.ui.lines import Piece, chip, fit, foreign, line, spread, wrapped
from ipcviz.ui.moment import Moment
from ipcviz.ui.tones import SEVERITIES, STATES
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

    def __init__(self, moment: Moment) -> None:
        super().__init__(id="headline")
        self._moment = moment
        self._chips_at = (0, 0)
        self._chips = _Chips(Content(""), [])

    def update(self) -> None:
        """Draw anew, in the colour of the tone."""
        past, told = self._moment.past, self._moment.headline()
        for tone in get_args(Tone):
            self.set_class(told.tone == tone and not past, f"-{tone}")
        self.set_class(past, "-past")
        super().update()

    def draw(self, width: int, height: int) -> list[Content]:
        """The sentence, the keys, the play."""
        steps = self._moment.session.steps
        told = _of_the_past(self._moment) if self._moment.past else self._moment.headline()
        if not steps.lines:
            return self._top(told, width, height)
        top = self._top(told, width, height - 1)
        return [*top, *self._play(steps, width, height - len(top))]

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse."""
        x, y = event.x - self._chips_at[0], self._chips_at[1]
        for begin, end, offer in self._chips.areas:
            if event.y == y and begin <= x < end:
                self.post_message(self.Pressed(offer))

    def _top(self, told: Headline, width: int, height: int) -> list[Content]:
        """Sentence and keys in at most `height` lines, with the reason where it fits too. A
        sentence of two lines shares the second with its keys, if they do not fit below it."""
        short, whole = (_lines(one, width) for one in (told.sentence, told.sentence + told.reason))
        beside = len(whole) == 2 and self._fits_beside(told, whole[1], width)
        fits = len(whole) == 1 or beside or (len(whole) == 2 and height > 2)
        first, *rest = whole if fits else short
        top = [fit(line(" ", self._sign(told), " ", first), width)]
        if not rest:
            return [*top, self._keys_below(told, 1, width)]
        end = rest[0] if len(rest) == 1 else line(rest[0], " …")
        if height < 3 or self._fits_beside(told, end, width):
            return [*top, self._keys_beside(told, end, width)]
        return [*top, fit(line(" " * _INDENT, end), width), self._keys_below(told, 2, width)]

    def _fits_beside(self, told: Headline, end: Content, width: int) -> bool:
        """Whether every key fits beside the end of the sentence."""
        keys = self._offers(told, width).content
        return end.cell_length + _BETWEEN + keys.cell_length < width - _INDENT

    def _sign(self, told: Headline) -> Piece:
        if self._moment.past:
            return "◂", "$accent"
        plain = told.tone in ("failed", "stuck")
        return mark(told.mark), "" if plain else {**STATES, **SEVERITIES}[told.mark]

    def _keys_below(self, told: Headline, y: int, width: int) -> Content:
        """The keys in a line of their own, with the fact that explains the sentence."""
        self._chips = self._offers(told, width - 2 * _INDENT)
        self._chips_at = (_INDENT, y)
        left = line(" " * _INDENT, self._chips.content)
        aside = foreign(told.aside, "$quiet")
        if left.cell_length + aside.cell_length + _BETWEEN > width:
            return fit(left, width)
        return spread(left, line(aside, " "), width)

    def _keys_beside(self, told: Headline, end: Content, width: int) -> Content:
        """The end of the sentence, and as many of its keys as there is room for beside it."""
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
        yield chip(key_text(offer.key))

    def _play(self, steps: Steps, width: int, height: int) -> list[Content]:
        """The words of the next step, and how many there are."""
        following = steps.upcoming
        if following is None:
            words = line(" " * _INDENT, ("Every step of the play has been taken.", "$quiet"))
            return [fit(words, width)]
        words = foreign(following.say or f"({following.command.text})", "$quiet")
        begin = line(" " * _INDENT, chip("space" if steps.playing else "n"), " ")
        lines = wrapped(words, width - begin.cell_length - 1)
        if len(lines) > height:
            lines[height - 1 :] = [line(lines[height - 1], (" …", "$quiet"))]
        shown = [fit(line(begin, lines[0]), width)]
        shown += [fit(line(" " * begin.cell_length, one), width) for one in lines[1:]]
        number = f"step {steps.position + 1} of {len(steps.lines)} "
        count = line((number, "$faint"))
        if begin.cell_length + lines[0].cell_length + count.cell_length < width:
            shown[0] = spread(line(begin, lines[0]), count, width)
        return shown


def _lines(sentence: tuple[Part, ...], width: int) -> list[Content]:
    parts = [foreign(part.text, "bold" if part.strong else "") for part in sentence]
    return wrapped(Content.assemble(*parts), width - _INDENT - 1)


def _of_the_past(moment: Moment) -> Headline:
    """The sentence of the moment, with the keys that lead on from it."""
    offers = [Offer("end", "back to live")]
    if moment.later is not None:
        offers.insert(0, Offer("right", "next event"))
    aside = "All panes show this moment; what came later is dim."
    if moment.earlier is None:
        aside = "This is the first event that is kept."
    return replace(moment.headline(), offers=tuple(offers), aside=aside)
