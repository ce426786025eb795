"""Folds what signals do: they are sent, pend, are delivered and handled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ipcviz.events import (
    Event,
    ProcessContinue,
    ProcessStop,
    SignalDeliver,
    SignalHandler,
    SignalHandlerEnd,
    Signals,
    SignalSend,
)
from ipcviz.model.arrivals import STOPS, flight_of

if TYPE_CHECKING:
    from ipcviz.model.model import Model


def _send(model: Model, event: SignalSend) -> None:
    if event.source == "ipcviz":
        model.signalled.add((event.to, event.signal))
    target = model.processes.get(event.to)
    flight = flight_of(event)
    if target is None or flight.error is not None:
        model.fresh_signals = (flight,)
    elif not target.alive or target.state == "zombie":
        model.fresh_signals = (replace(flight, lost=event.t),)
    else:
        told = target.arrivals.send(event, target.signals, target.traced)
        model.fresh_signals = tuple(told)


def _signal_sets(model: Model, event: Signals) -> None:
    process = model.processes.get(event.pid or 0)
    if process is not None:
        process.signals = event
        stuck = set(event.pending) & set(event.blocked) - set(event.accepted)
        process.undelivered = {
            signal: process.undelivered.get(signal, event.t) for signal in sorted(stuck)
        }
        model.fresh_signals = tuple(process.arrivals.look(event, process.traced))


def _deliver(model: Model, event: SignalDeliver) -> None:
    process = model.processes.get(event.pid or 0)
    if process is not None:
        model.fresh_signals = tuple(process.arrivals.deliver(event.signal, event.t))


def _handler(model: Model, event: SignalHandler | SignalHandlerEnd) -> None:
    process = model.processes.get(event.pid or 0)
    if process is None:
        return
    if isinstance(event, SignalHandler):
        process.handle(event)
    else:
        process.handled(event.began)


def _stop(model: Model, event: ProcessStop | ProcessContinue) -> None:
    process = model.processes.get(event.pid or 0)
    if process is None:
        return
    if isinstance(event, ProcessStop):
        process.stopped_by = event.signal
        sent = {(process.pid, name) for name in STOPS} & model.signalled
        process.stopped_by_ipcviz = bool(sent)
        model.signalled -= sent  # the next stop may be another's
    signals = STOPS if isinstance(event, ProcessStop) else ("SIGCONT",)
    told = [one for name in signals for one in process.arrivals.deliver(name, event.t)]
    model.fresh_signals = tuple(told)


FOLDS: dict[type[Event], Callable[[Model, Any], None]] = {
    SignalSend: _send,
    SignalDeliver: _deliver,
    SignalHandler: _handler,
    SignalHandlerEnd: _handler,
    Signals: _signal_sets,
    ProcessStop: _stop,
    ProcessContinue: _stop,
}
"""What each type of event does to the model."""
