"""The messages' and signals' part of the story: from whom, to whom, and what became of them."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import structs

from ipcviz.events import (
    Event,
    Holder,
    ProcessContinue,
    ProcessExit,
    ProcessStop,
    SignalDeliver,
    SignalHandler,
)
from ipcviz.model.bounded import remember
from ipcviz.model.channel import Channel
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
_CHANNELS_AT_MOST = 2_000
"""Channels of which is remembered what was told: pipes without a name come and go."""
_UNDER_WAY = 1_000
"""Signals whose end is awaited: of a process that is not traced it may never be told."""

_MARKS: dict[type[Event], str] = {ProcessStop: "stopped", ProcessContinue: "running"}
"""What a signal was seen to do -> the mark of its row."""


class _Ends(NamedTuple):
    """The roles at whose lifelines a message was written and read, as far as they are known: the
    row stands at `role`. Where one process that is no role wrote it or read it at the lifeline of
    its own writer or reader, `helper` names it in words."""

    role: str
    writer: str | None
    reader: str | None
    helper: str = ""


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
        ends = self._ends(message)
        if ends is None:
            return
        if message.lost is not None or (known is not None and _read_late(message, known.t)):
            self._rows.add(_late_row(event.seq, message, ends))
        elif known is not None:
            row = _message_row(known.seq, known.t, message, ends)
            self._rows.replace(known, row)
            self._keep_unread(key, row)
        elif self._is_new(message):
            row = self._rows.add(_message_row(event.seq, _told_at(event, message), message, ends))
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
        ends = self._ends(message)
        if ends is not None:
            row = _message_row(event.seq, _told_at(event, message), message, ends)
            remember(self._failed, message.channel, (self._rows.add(row), 1), _CHANNELS_AT_MOST)

    def _keep_unread(self, key: tuple[str, int], row: Row) -> None:
        if row.message is not None and row.message.queued:
            self._unread[key] = row

    def _is_new(self, message: Message) -> bool:
        told = self._told.get(message.channel, 0)
        remember(self._told, message.channel, max(told, message.number), _CHANNELS_AT_MOST)
        return message.number > told

    def _ends(self, message: Message) -> _Ends | None:
        """Whose lifelines it goes from and to; null where neither is known."""
        channel = self._model.channels[message.channel]
        wrote = message.writer or _only(channel.writers, message.reader)
        read = message.reader or _only(channel.readers, wrote)
        writer = self._role(wrote, channel, "writer")
        reader = self._role(read, channel, "reader")
        role = writer or reader
        if role is None:
            return None
        if writer == reader:
            for word, pid in (("to", read), ("from", wrote)):
                helper = self._helper(pid, role)
                if helper is not None:
                    return _Ends(role, writer, None, f"{word} {helper}")
        return _Ends(role, writer, reader)

    def _helper(self, pid: int | None, role: str) -> str | None:
        """The name of a process that is shown at the role's lifeline, and does not play it."""
        process = self._model.processes.get(pid) if pid is not None else None
        if process is None or process.role == role:
            return None
        return self._model.name_of(pid)

    def _role(
        self, pid: int | None, channel: Channel, end: Literal["reader", "writer"]
    ) -> str | None:
        """The role that wrote or read a message; of one that is not known, who is meant to."""
        role = nearest_role(self._model, pid)
        if role is not None:
            return role.info.name
        if channel.info is None:
            return None
        return channel.info.reader if end == "reader" else channel.info.writer

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


def _only(holders: tuple[Holder, ...], peer: int | None) -> int | None:
    """The one process beside its peer that holds this end of a pipe; null where several do, or
    none. One that opened a pipe read-write holds the other end, too."""
    pids = {one.pid for one in holders} - {peer}
    return pids.pop() if len(pids) == 1 else None


def _told_at(event: Event, message: Message) -> int:
    """When the row of a message that was written just now stands: as its write begins, before all
    that follows from that; of a write that took long, as it ends."""
    soon = event.t - message.began <= BLINK
    return message.began if soon else min(event.t, message.written)


def _message_row(seq: int, t: int, message: Message, ends: _Ends) -> Row:
    """The row of a message that was written, and perhaps read."""
    text = f"#{message.number} {message.text[:_SHOWN]}".rstrip()
    return Row(
        seq,
        t,
        ends.role,
        "message",
        f"{ends.helper}  {text}" if ends.helper else text,
        to=ends.reader,
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


def _read_late(message: Message, written: int) -> bool:
    return message.read is not None and message.read - written > SOON


def _late_row(seq: int, message: Message, ends: _Ends) -> Row:
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
    helper = f" {ends.helper}" if ends.helper else ""
    return Row(
        seq,
        t,
        ends.reader or ends.role,
        kind,
        f"{_named(message)}{helper}, {what}",
        by=ends.writer,
        channel=message.channel,
        detail=detail,
        message=message,
    )


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
