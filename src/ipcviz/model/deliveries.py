"""The messages' and signals' part of the story: from whom, to whom, and what became of them."""

from __future__ import annotations

from ipcviz.events import Event
from ipcviz.model.lifelines import BLINK
from ipcviz.model.message import Message, SignalFlight
from ipcviz.model.model import Model
from ipcviz.model.nearest import nearest_role
from ipcviz.model.rows import Row, Rows
from ipcviz.text import bytes_text, duration

SOON = BLINK
"""Nanoseconds within which a message or signal arrives at once: sending and arrival are one row.
What arrives later has a row for each."""
_SHOWN = 400
"""Characters of a message that its row has: no screen shows more in a line."""
_UNDER_WAY = 1_000
"""Signals whose end is awaited: of a process that is not traced it may never be told."""


class Deliveries:
    """Adds a row for each message and signal, and completes it when that arrives."""

    def __init__(self, model: Model, rows: Rows) -> None:
        self._model = model
        self._rows = rows
        self._unread: dict[tuple[str, int], Row] = {}
        self._told: dict[str, int] = {}
        self._signals: dict[tuple[int, str, int], Row] = {}

    def told(self, event: Event) -> None:
        """Tell what the event that the model has just folded in brought forward."""
        for message in self._model.fresh:
            self._message(event, message)
        for flight in self._model.fresh_signals:
            self._signal(event, flight)

    def _message(self, event: Event, message: Message) -> None:
        writer, reader = self._ends(message)
        role = writer or reader
        if role is None:
            return
        key = message.channel, message.number
        known = self._unread.pop(key, None)
        if message.lost is not None:
            self._lost(event, message, reader or role, by=writer)
        elif known is not None and message.read is not None and message.read - known.t > SOON:
            self._read_late(event, message, reader or role, by=writer)
        elif known is not None:
            row = _message_row(known.seq, known.t, role, reader, message)
            self._rows.replace(known, row)
            self._keep_unread(key, row)
        elif self._is_new(message):
            row = self._rows.add(
                _message_row(event.seq, _begin(event, message), role, reader, message)
            )
            self._keep_unread(key, row)

    def _keep_unread(self, key: tuple[str, int], row: Row) -> None:
        if row.message is not None and row.message.queued:
            self._unread[key] = row

    def _is_new(self, message: Message) -> bool:
        if message.error is not None:
            return True
        told = self._told.get(message.channel, 0)
        self._told[message.channel] = max(told, message.number)
        return message.number > told

    def _read_late(self, event: Event, message: Message, role: str, by: str | None) -> None:
        assert message.read is not None
        waited = duration(message.read - message.written)
        text = f"{_named(message)}, read {waited} after it was written"
        self._rows.add(
            Row(event.seq, message.read, role, "read", text, by=by, detail=waited, message=message)
        )

    def _lost(self, event: Event, message: Message, role: str, by: str | None) -> None:
        assert message.lost is not None
        size = bytes_text(message.size)
        text = f"{_named(message)}, {size} unread when the last end of {message.channel} closed"
        self._rows.add(
            Row(event.seq, message.lost, role, "lost", text, by=by, detail=size, message=message)
        )

    def _ends(self, message: Message) -> tuple[str | None, str | None]:
        """The roles that wrote it, and that read it or are meant to."""
        channel = self._model.channels.get(message.channel)
        info = channel.info if channel is not None else None
        writer = nearest_role(self._model, message.writer)
        reader = nearest_role(self._model, message.reader)
        return (
            writer.name if writer is not None else info.writer if info is not None else None,
            reader.name if reader is not None else info.reader if info is not None else None,
        )

    def _signal(self, event: Event, flight: SignalFlight) -> None:
        target = nearest_role(self._model, flight.to)
        if target is None:
            return
        key = flight.to, flight.signal, flight.sent[0]
        known = self._signals.pop(key, None)
        ended = flight.delivered if flight.delivered is not None else flight.lost
        if known is not None and ended is not None and ended - known.t > SOON:
            self._ended_late(event, flight, target.name, ended)
            return
        sender = nearest_role(self._model, flight.sender)
        row = Row(
            known.seq if known is not None else event.seq,
            flight.sent[0],
            target.name,
            "signal",
            _signal_words(flight),
            by=sender.name if sender is not None else None,
            detail=_signal_detail(flight),
            signal=flight,
        )
        if known is None:
            row = self._rows.add(row)
        else:
            self._rows.replace(known, row)
        if ended is None and flight.error is None:
            self._signals[key] = row
            if len(self._signals) > _UNDER_WAY:
                del self._signals[next(iter(self._signals))]

    def _ended_late(self, event: Event, flight: SignalFlight, target: str, t: int) -> None:
        """It was delivered, or lost, long after it was sent."""
        waited = duration(t - flight.sent[0])
        merged = f" ({flight.merged} merged)" if flight.merged else ""
        what = "never delivered" if flight.delivered is None else f"delivered{merged}"
        text = f"{flight.signal} {what}, {waited} after it was sent"
        self._rows.add(Row(event.seq, t, target, "signal", text, detail=waited))


def _begin(event: Event, message: Message) -> int:
    """When to tell of it: as its write begins, before all that follows from that; of a write that
    took long, as it ends."""
    return message.began if event.t - message.began <= BLINK else min(event.t, message.written)


def _message_row(seq: int, t: int, role: str, to: str | None, message: Message) -> Row:
    """The row of a message that was written just now, and perhaps read."""
    if message.error is not None:
        detail = message.error
    elif message.latency is not None:
        detail = duration(message.latency)
    else:
        detail = bytes_text(message.size)
    text = f"#{message.number} {message.text[:_SHOWN].rstrip()}"
    return Row(seq, t, role, "message", text, to=to, detail=detail, message=message)


def _named(message: Message) -> str:
    """`#2`, and which part it has in a request and its answer."""
    if message.request is None:
        return f"#{message.number}"
    return f"#{message.number}, the {'answer' if message.answer else 'request'}"


def _signal_words(flight: SignalFlight) -> str:
    times = f" x{flight.times}" if flight.times > 1 else ""
    by = " by you" if flight.sender is None else ""
    if flight.error is not None:
        return f"{flight.signal}{times}{by} could not be sent"
    merged = f", delivered once ({flight.merged} merged)" if flight.merged else ""
    return f"{flight.signal}{times}{by}{merged}"


def _signal_detail(flight: SignalFlight) -> str:
    if flight.error is not None:
        return flight.error
    return "" if flight.delivered is None else duration(flight.delivered - flight.sent[0])
