"""A message in full: from whom, to whom, what became of it, and its text laid out."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ipcviz.events import DATA_AT_MOST
from ipcviz.marks import mark
from ipcviz.model import Model
from ipcviz.model.channel.message import Message
from ipcviz.text import bytes_text, duration
from ipcviz.ui.json_layout import laid_out
from ipcviz.ui.lines import Piece, foreign, line, spread, wrapped

_HANGING = 2


def message_lines(message: Message, model: Model, width: int) -> Iterator[Content]:
    """Heading, outcome and text, in lines of `width` cells."""
    yield spread(_heading(message, model), line((_size(message), "$quiet")), width)
    yield from wrapped(_outcome(message), width)
    yield from _text(message, width)


def _heading(message: Message, model: Model) -> Content:
    """`main ▸ worker`: who wrote it and who read it, or is meant to."""
    channel = model.channels.get(message.channel)
    info = channel.info if channel is not None else None
    writer, reader = (info.writer, info.reader) if info is not None else ("?", message.channel)
    if message.writer is not None:
        writer = model.name_of(message.writer)
    if message.reader is not None:
        reader = model.name_of(message.reader)
    return foreign(f"{writer} ▸ {reader}", "bold $secondary")


def _size(message: Message) -> str:
    size = bytes_text(message.size)
    if message.request is None:
        return f"{size}, message {message.number}"
    return f"{size}, {'reply' if message.answer else 'request'} {message.request}"


def _outcome(message: Message) -> Content:
    if message.error is not None:
        return line((f"{mark('failed')} not written: {message.error}", "$error"))
    if message.lost is not None:
        return line((f"{mark('failed')} lost unread, with the last end of its pipe", "$error"))
    if message.read is None:
        return line((f"{mark('bytes')} in the pipe", "$secondary"))
    if message.latency is None:
        return line(("read; how long it took is not known", "$quiet"))
    told: list[Piece] = [("latency ", "$faint"), duration(message.latency)]
    if message.round_trip is not None:
        told += [("   round trip ", "$faint"), duration(message.round_trip)]
    if message.pieces > 1:
        told.append((f"   read in {message.pieces} pieces", "$faint"))
    return line(*told).stylize_before("$quiet")


def _text(message: Message, width: int) -> Iterator[Content]:
    lines = laid_out(message.text, width) if message.whole else None
    if lines is None:
        lines = tuple(message.text.removesuffix("\n").split("\n"))
    for one in lines:
        text = one.lstrip(" ")
        indent = min(len(one) - len(text), width // 2)
        first, *rest = wrapped(foreign(text), width - indent - _HANGING) or [Content("")]
        yield line(" " * indent, first)
        yield from (line(" " * (indent + _HANGING), part) for part in rest)
    if not message.whole:
        kept = bytes_text(min(message.size, DATA_AT_MOST))
        yield line((f"… {kept} of {bytes_text(message.size)} were kept", "$faint"))
