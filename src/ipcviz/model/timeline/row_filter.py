"""Which rows of the timeline a person asks for, by a few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ipcviz.model.timeline.rows import Row
from ipcviz.text import clean

_TYPES = {
    "block": "wait",
    "go on": "release",
    "fill": "bytes",
    "drain": "bytes",
    "read": "message",
    "lost": "message",
    "over": "finding",
}
"""Kind of a row -> its type, where people say it in another word."""
TYPES = (
    "message",
    "signal",
    "handler",
    "wait",
    "release",
    "start",
    "exit",
    "stop",
    "end",
    "bytes",
    "note",
    "finding",
    "dropped",
    "difference",
)
"""What `type:` may be followed by."""
FIELDS = {"role": "\x01", "channel": "\x02", "type": "\x03"}
"""What a word can be narrowed to, as in `role:main` -> the sign before each such name in what is
searched. No such sign is left in a text that was cleaned."""
_TEXT = "\x04"


class RowFilter:
    """Words, all of which a row must have; without any, every row has them.

    A plain word stands anywhere in a role, a channel, the type or the text. `role:`, `channel:`
    and `type:` want a name that begins so. Capital letters are as good as small ones.
    """

    def __init__(self, text: str = "") -> None:
        self.text = " ".join(text.split())
        self._wanted = tuple(map(_wanted, self.text.casefold().split()))

    def __bool__(self) -> bool:
        return bool(self._wanted)

    def matching(self, searched: Sequence[str], first: int = 0) -> Sequence[int]:
        """The numbers of the rows, from `first` on, that have every word; `searched` holds what
        is looked through in each."""
        found: Sequence[int] = range(first, len(searched))
        for wanted in self._wanted:
            found = [number for number in found if wanted in searched[number]]
        return found


def searched(row: Row) -> str:
    """What a filter looks through: the roles that take part, the channel, the type, the text."""
    names = _names((row.role, row.by, row.to, *row.roles), row.channel, row.kind)
    return names + clean(row.text).casefold()


@lru_cache(maxsize=1024)  # the same few for nearly every row
def _names(roles: tuple[str | None, ...], channel: str | None, kind: str) -> str:
    names = "".join([FIELDS["role"] + role for role in roles if role])
    if channel is not None:
        names += FIELDS["channel"] + channel
    return f"{names}{FIELDS['type']}{_TYPES.get(kind, kind)}{_TEXT}".casefold()


def completions(roles: Iterable[str], channels: Iterable[str]) -> list[str]:
    """All words that name something: first the plain ones."""
    named = {"role": tuple(roles), "channel": tuple(channels), "type": TYPES}
    plain = [name for names in named.values() for name in names]
    return plain + [f"{field}:{name}" for field, names in named.items() for name in names]


def _wanted(word: str) -> str:
    field, colon, name = word.partition(":")
    return FIELDS[field] + name if colon and field in FIELDS else word
