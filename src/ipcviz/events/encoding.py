"""Events as lines of JSON, there and back."""

from __future__ import annotations

from functools import cache, reduce
from operator import or_
from typing import Any

import msgspec

from ipcviz.events.event import Event

_encoder = msgspec.json.Encoder()


def encode(event: Event) -> bytes:
    """The event as one line of JSON, without the line's end."""
    return _encoder.encode(event)


def decode(line: bytes) -> Event | None:
    """The event that the line tells; null where this version does not know its type. Fields that
    it does not know are passed over. Raises ValueError with the reason where it is no event."""
    try:
        return _decoded(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _decoded(line: bytes) -> Event | None:
    decoder, types = _decoder()
    try:
        event: Event = decoder.decode(line)
    except msgspec.ValidationError:
        told = msgspec.json.decode(line)
        kind = told.get("type") if isinstance(told, dict) else None
        if isinstance(kind, str) and kind not in types:
            return None
        raise
    return event


@cache
def _decoder() -> tuple[msgspec.json.Decoder[Any], set[object]]:
    """For every type, and their names. Made when it is needed: that takes 10 ms, and most runs
    read no event."""
    classes = Event.__subclasses__()
    types: set[object] = {one.__struct_config__.tag for one in classes}
    return msgspec.json.Decoder(reduce(or_, classes)), types
