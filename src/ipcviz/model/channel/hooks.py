"""Which reply answers which request."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import msgspec
from msgspec import structs

from ipcviz.events import HooksInfo
from ipcviz.model.bounded import remember
from ipcviz.model.channel.message import Message

OPEN_AT_MOST = 1_000
"""Requests without an answer that are remembered. Beyond them the oldest stay without."""


@dataclass
class Hooks:
    """Numbers the requests of a run and finds the one that each reply answers.

    By order, a request that was lost is passed over, and so is one whose reader ended before a
    reply came: nobody will answer it.
    """

    info: HooksInfo
    requests: int = 0
    replies: int = 0
    _began: dict[int, int] = field(default_factory=dict)
    _readers: dict[int, int] = field(default_factory=dict)
    _numbers: dict[Hashable, int] = field(default_factory=dict)
    _passed_over: set[int] = field(default_factory=set)
    _next: int = 1
    """The request that the next reply answers, by order."""

    def written(self, message: Message, data: bytes) -> Message:
        """The message with its number as a request, or with that of the request that it answers.
        `data`: its beginning, as far as it was kept."""
        if message.channel == self.info.request:
            self.requests += 1
            if not message.counted:
                remember(self._began, message.number, message.began, OPEN_AT_MOST)
            if self.info.match != "order" and (value := self._value(message, data)) is not None:
                remember(self._numbers, value, message.number, OPEN_AT_MOST)
            return structs.replace(message, request=message.number)
        self.replies += 1
        if self.info.match == "order":
            number: int | None = self._first_open()
        else:
            value = self._value(message, data)
            number = self._numbers.pop(value, None) if value is not None else None
        return structs.replace(message, request=number, answer=True)

    def read(self, message: Message) -> Message:
        """The message, read to its end, with the time that its round trip took."""
        if message.request is None:
            return message
        if not message.answer:
            if message.reader is not None and message.request >= self._next:
                remember(self._readers, message.request, message.reader, OPEN_AT_MOST)
            return message
        self._readers.pop(message.request, None)
        began = self._began.pop(message.request, None)
        if began is None or message.read is None or message.counted:
            return message
        return structs.replace(message, round_trip=message.read - began)

    def lost(self, message: Message) -> None:
        """A message went unread."""
        if message.request is not None and not message.answer:
            self._pass_over(message.request)

    def ended(self, pid: int) -> None:
        """A process has ended."""
        for number in [one for one, reader in self._readers.items() if reader == pid]:
            del self._readers[number]
            self._pass_over(number)

    def copy(self) -> Hooks:
        """A copy that goes its own way."""
        return Hooks(
            self.info,
            self.requests,
            self.replies,
            self._began.copy(),
            self._readers.copy(),
            self._numbers.copy(),
            self._passed_over.copy(),
            self._next,
        )

    def _first_open(self) -> int:
        number = self._next
        while number in self._passed_over:
            self._passed_over.discard(number)
            number += 1
        self._next = number + 1
        return number

    def _pass_over(self, number: int) -> None:
        self._began.pop(number, None)
        if number >= self._next:
            self._passed_over.add(number)

    def _value(self, message: Message, data: bytes) -> Hashable | None:
        """What the field that requests and replies share is in this one; null where it has none,
        or was not kept to its end."""
        if len(data) < message.size:
            return None
        try:
            value: Hashable = msgspec.json.decode(data).get(self.info.match)
            hash(value)
        except (msgspec.DecodeError, AttributeError, TypeError, RecursionError):
            return None
        return value
