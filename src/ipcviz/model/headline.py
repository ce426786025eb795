"""One sentence of what is going on, and the keys that move it forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["calm", "waiting", "failed"]
"""calm: things go on by themselves or wait for the person; waiting: nothing goes on until
somebody who is missing or held comes; failed: a role ended as it should not."""


@dataclass(frozen=True)
class Part:
    """A piece of the sentence; `strong` for the names and calls in it."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Offer:
    """A key, and what pressing it does now."""

    key: str
    label: str


@dataclass(frozen=True)
class Headline:
    """mark: the state (as in rows.Row.mark) that the sentence is mostly about. aside: a fact that
    explains it, or ""."""

    mark: str
    tone: Tone
    sentence: tuple[Part, ...]
    offers: tuple[Offer, ...] = ()
    aside: str = ""

    @property
    def text(self) -> str:
        """The sentence without emphasis."""
        return "".join(part.text for part in self.sentence)
