"""Signals: sent, delivered, handled, pending."""

from __future__ import annotations

from ipcviz.events.event import Event


class SignalSend(Event, tag="signal.send", kw_only=True, frozen=True):
    """A signal was sent to the process `to`. `source` ipcviz: sent by a key or a step. `error`:
    it could not be sent, with the name of an errno."""

    signal: str
    to: int
    error: str | None = None
    file: str | None = None
    line: int | None = None


class SignalDeliver(Event, tag="signal.deliver", kw_only=True, frozen=True):
    """A signal has reached a process that handles it."""

    signal: str


class SignalHandler(Event, tag="signal.handler", kw_only=True, frozen=True):
    """A handler begins; `file` and `line` say where it is written."""

    signal: str
    file: str | None = None
    line: int | None = None


class SignalHandlerEnd(Event, tag="signal.handler.end", kw_only=True, frozen=True):
    """A handler that began at `began` has ended; `error` false if it returned, true if it raised
    an exception."""

    signal: str
    began: int
    error: bool = False


class Signals(Event, tag="signals", kw_only=True, frozen=True):
    """A process's signal sets changed. Names, as in SIGUSR1.

    blocked: by every thread. accepted: of those that wait, what it takes at a time of its own
    choosing, by signalfd(2), sigtimedwait(2) or the mask of pselect(2). first: it is the first
    process of its PID namespace, to whom a signal without a handler does nothing
    (pid_namespaces(7)).
    """

    pending: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    caught: tuple[str, ...] = ()
    first: bool = False
