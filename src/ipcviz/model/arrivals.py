"""Signals on their way to one process."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from ipcviz.events import ProcessExit, Signals, SignalSend
from ipcviz.model.channel.message import SENDS_KEPT, SignalFlight

QUEUED_AT_MOST = 1_000
"""Sends of one real-time signal that are followed while they are queued."""
STOPS = ("SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU")
_NEVER_IGNORED = ("SIGKILL", "SIGSTOP")


@dataclass
class Arrivals:
    """What was sent to a process and has not been delivered.

    Every method returns the flights that it brought forward. `traced`: handlers tell when they
    begin. Of a process that is not, a send ends what is known of the one before it, unless the
    kernel shows that this is pending still.
    """

    to: int
    flights: dict[str, tuple[SignalFlight, ...]] = field(default_factory=dict)
    _delivered: dict[str, int] = field(default_factory=dict)

    def send(self, event: SignalSend, signals: Signals | None, traced: bool) -> list[SignalFlight]:
        """A signal was sent to the process, which lives."""
        flight = flight_of(event)
        if flight.error is not None:
            return [flight]
        delivered = self._delivered.get(flight.signal, -1)
        if event.t <= delivered:  # told late
            return [replace(flight, delivered=delivered)]
        ignored = signals.ignored if signals is not None else ()
        if flight.signal in ignored and flight.signal not in _NEVER_IGNORED:
            return [flight]
        known = self.flights.get(flight.signal, ())
        if not _is_standard(flight.signal):
            self.flights[flight.signal] = (*known, flight)[-QUEUED_AT_MOST:]
            return [flight]
        if known and (traced or known[0].pending):
            flight = _sent_again(known[0], event.t)
        self.flights[flight.signal] = (flight,)
        return [flight]

    def deliver(self, signal: str, t: int) -> list[SignalFlight]:
        """The process has taken the signal: a standard one, or the oldest of a real-time one."""
        self._delivered[signal] = t
        flights = self.flights.pop(signal, ())
        if len(flights) > 1:
            self.flights[signal] = flights[1:]
        return [replace(flight, delivered=t) for flight in flights[:1]]

    def _deliver_all(self, signal: str, t: int) -> list[SignalFlight]:
        self._delivered[signal] = t
        return [replace(flight, delivered=t) for flight in self.flights.pop(signal, ())]

    def look(self, signals: Signals, traced: bool) -> list[SignalFlight]:
        """The kernel shows what is pending."""
        told = []
        for signal, flights in list(self.flights.items()):
            if signal in signals.pending:
                self.flights[signal] = tuple(replace(one, pending=True) for one in flights)
                told += [one for one in self.flights[signal] if one not in flights]
            elif flights[0].pending and not (traced and _is_standard(signal)):
                # Of several real-time ones at once a program may run its handler only once.
                told += self._deliver_all(signal, signals.t)
        return told

    def end(self, exit: ProcessExit, traced: bool) -> list[SignalFlight]:
        """The process has ended, by a signal perhaps."""
        told = self.deliver(exit.signal, exit.t) if exit.signal is not None else []
        for flights in self.flights.values():
            told += [replace(one, lost=exit.t) for one in flights if traced or one.pending]
        self.flights.clear()
        self._delivered.clear()
        return told

    def copy(self) -> Arrivals:
        """A copy that goes its own way."""
        return Arrivals(self.to, self.flights.copy(), self._delivered.copy())


def _is_standard(signal: str) -> bool:
    """Whether it merges with one of the same that is pending; real-time signals queue."""
    return not signal.startswith("SIGRT")


def flight_of(event: SignalSend) -> SignalFlight:
    """The flight that a send begins."""
    sender = None if event.source == "ipcviz" else event.pid
    return SignalFlight(event.signal, sender, event.to, (event.t,), error=event.error)


def _sent_again(flight: SignalFlight, t: int) -> SignalFlight:
    if len(flight.sent) < SENDS_KEPT:
        return replace(flight, sent=(*flight.sent, t))
    return replace(flight, more=flight.more + 1)
