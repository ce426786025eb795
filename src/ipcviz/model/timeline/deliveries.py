"""The messages' and signals' part of the story: from whom, to whom, and what became of them."""

from __future__ import annotations

from typing import Literal

from msgspec import structs

from ipcviz.events import (
    Event,
    ProcessContinue,
    ProcessExit,
    ProcessStop,
    SignalDeliver,
    SignalHandler,
)
from ipcviz.model.bounded import remember
from ipcviz.model.channel.message import Message, SignalFlight
from ipcviz.model.model import Model
from ipcviz.model.timeline.lifelines import BLINK
from ipcviz.model.timeline.nearest import nearest_role
from ipcviz.model.timeline.rows import Row, Rows
from ipcviz.text import bytes_text, duration

SOON = 20_000_000
"""Nanoseconds within which a message or signal arrives at once: sending and arrival are one row.
What arrives later has a row for each."""
_SHOWN = 400
"""Characters of a message that its row has: no screen shows more in a line."""
_UNDER_WAY = 1_000
"""Signals whose end is awaited: of a process that is not traced it may never be told."""

_MARKS: dict[type[Event], str] = {ProcessStop: "stopped", ProcessContinue: "running"}
"""What a signal was seen to do -> the mark of its row."""


class Deliveries:
    """Adds a row for each message and signal, and completes it when that arrives."""

    def __init__(self, model: Model, rows: Rows) -> None:
        self._model = model
        self._rows = rows
        self._unread: dict[tuple[str, int], Row] = {}
        self._told: dict[str, int] = {}
        self._failed: dict[str, tuple[Row, int]] = {}
        """Of each channel the last message that could not be written, and how often in a row."""
        self._signals: dict[tuple[int, str, int], Row] = {}

    def told(self, event: Event) -> None:
        """Tell what the event that the model has just folded in brought forward."""
        for message in self._model.fresh:
            self._message(event, message)
        for flight in self._model.fresh_signals:
            self._signal(event, flight)

    def _message(self, event: Event, message: Message) -> None:
        if message.error is not None:
            self._failure(event, message)
            return
        key = message.channel, message.number
        known = self._unread.pop(key, None)
        reader = self._role(message.reader, message.channel, "reader")
        if message.lost is not None or (known is not None and _read_late(message, known.t)):
            writer = self._role(message.writer, message.channel, "writer")
            role = reader or writer
            if role is not None:
                self._rows.add(_late_row(event.seq, message, role, writer))
        elif known is not None:
            row = _completed(known, message, reader)
            self._rows.replace(known, row)
            self._keep_unread(key, row)
        elif self._is_new(message):
            writer = self._role(message.writer, message.channel, "writer")
            if writer is not None or reader is not None:
                row = self._rows.add(_message_row(event, message, writer, reader))
                self._keep_unread(key, row)

    def _failure(self, event: Event, message: Message) -> None:
        """It could not be written. A buffer tries the same again when it is flushed or closed,
        which is told in the same row."""
        row, times = self._failed.get(message.channel, (None, 0))
        if row is not None and _tried_again(row, message):
            times += 1
            by = structs.replace(row, detail=f"{message.error} x{times}")
            if self._rows.replace(row, by):
                self._failed[message.channel] = by, times
                return
        writer = self._role(message.writer, message.channel, "writer")
        reader = self._role(None, message.channel, "reader")
        if writer is not None:
            row = self._rows.add(_message_row(event, message, writer, reader))
            self._failed[message.channel] = row, 1

    def _keep_unread(self, key: tuple[str, int], row: Row) -> None:
        if row.message is not None and row.message.queued:
            self._unread[key] = row

    def _is_new(self, message: Message) -> bool:
        told = self._told.get(message.channel, 0)
        self._told[message.channel] = max(told, message.number)
        return message.number > told

    def _role(self, pid: int | None, channel: str, end: Literal["reader", "writer"]) -> str | None:
        """The role that wrote or read a message; of one that is not known, who is meant to."""
        role = nearest_role(self._model, pid)
        if role is not None:
            return role.info.name
        known = self._model.channels.get(channel)
        info = known.info if known is not None else None
        if info is None:
            return None
        return info.reader if end == "reader" else info.writer

    def _signal(self, event: Event, flight: SignalFlight) -> None:
        target = nearest_role(self._model, flight.to)
        if target is None:
            return
        key = flight.to, flight.signal, flight.sent[0]
        known = self._signals.pop(key, None)
        ended = flight.delivered if flight.delivered is not None else flight.lost
        deadly = isinstance(event, ProcessExit) and event.signal == flight.signal
        exact = isinstance(event, SignalDeliver | SignalHandler)
        late = known is not None and ended is not None and ended - known.t > SOON
        told_apart = exact or flight.pending or flight.lost is not None
        if ended is not None and late and told_apart and not deadly:
            self._ended_late(event, flight, target.name, ended)
            return
        sender = nearest_role(self._model, flight.sender)
        row = Row(
            known.seq if known is not None else event.seq,
            flight.sent[0],
            target.name,
            "signal",
            _signal_words(flight),
            mark=_MARKS.get(type(event), ""),
            by=sender.name if sender is not None else None,
            detail=_signal_detail(flight, exact),
            signal=flight,
        )
        if known is None:
            row = self._rows.add(row)
        else:
            self._rows.replace(known, row)
        if ended is None and flight.error is None:
            remember(self._signals, key, row, _UNDER_WAY)

    def _ended_late(self, event: Event, flight: SignalFlight, target: str, t: int) -> None:
        """It was delivered, or lost, long after it was sent."""
        waited = duration(t - flight.sent[0])
        if flight.delivered is None:
            text, waited = f"{flight.signal} never delivered: its process has ended", ""
        else:
            merged = f" once ({flight.merged} merged)" if flight.merged else ""
            text = f"{flight.signal} delivered{merged}, {waited} after it was sent"
        mark = _MARKS.get(type(event), "")
        self._rows.add(Row(event.seq, t, target, "signal", text, mark=mark, detail=waited))


def _message_row(event: Event, message: Message, writer: str | None, reader: str | None) -> Row:
    """The row of a message that was written just now, and perhaps read: as its write begins,
    before all that follows from that; of a write that took long, as it ends."""
    soon = event.t - message.began <= BLINK
    t = message.began if soon else min(event.t, message.written)
    role = writer or reader or ""
    text = f"#{message.number} {message.text[:_SHOWN]}".rstrip()
    return Row(
        event.seq,
        t,
        role,
        "message",
        text,
        to=reader,
        channel=message.channel,
        detail=_detail(message),
        message=message,
    )


def _tried_again(row: Row, message: Message) -> bool:
    """Whether this message is the same as that of the row, which failed shortly before."""
    before = row.message
    if before is None or message.written - before.written > BLINK:
        return False
    return before == structs.replace(message, began=before.began, written=before.written)


def _completed(row: Row, message: Message, reader: str | None) -> Row:
    return structs.replace(row, to=reader, detail=_detail(message), message=message)


def _read_late(message: Message, written: int) -> bool:
    return message.read is not None and message.read - written > SOON


def _late_row(seq: int, message: Message, role: str, by: str | None) -> Row:
    """The row of a message that lay in its pipe: it was read, or lost."""
    if message.lost is not None:
        t, kind, detail = message.lost, "lost", bytes_text(message.left)
        part = "" if message.left == message.size else " of it"
        what = f"{detail}{part} unread when the last end closed"
    else:
        t, kind, detail, what = message.read or 0, "read", "", "read"
        if not message.counted:
            detail = duration(t - message.written)
            what = f"read {detail} after it was written"
    text = f"{_named(message)}, {what}"
    channel = message.channel
    return Row(seq, t, role, kind, text, by=by, channel=channel, detail=detail, message=message)


def _detail(message: Message) -> str:
    if message.error is not None:
        return message.error
    if message.read is not None:
        return "" if message.latency is None else duration(message.latency)
    return bytes_text(message.size)


def _named(message: Message) -> str:
    """`#2`, and whether it is a request or a reply."""
    if message.request is None:
        return f"#{message.number}"
    return f"#{message.number}, the {'reply' if message.answer else 'request'}"


def _signal_words(flight: SignalFlight) -> str:
    times = f" x{flight.times}" if flight.times > 1 else ""
    by = " by you" if flight.sender is None else ""
    if flight.error is not None:
        return f"{flight.signal}{times}{by} could not be sent"
    merged = f", delivered once ({flight.merged} merged)" if flight.merged else ""
    return f"{flight.signal}{times}{by}{merged}"


def _signal_detail(flight: SignalFlight, exact: bool) -> str:
    """Its latency, where the program itself told when it was delivered: a look comes too late."""
    if flight.error is not None:
        return flight.error
    if flight.delivered is None or not exact:
        return ""
    return duration(flight.delivered - flight.sent[0])
