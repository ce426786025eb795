"""The waits' part of the story: in which call a role sleeps, and who lets it go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from msgspec import Struct, structs

from ipcviz.events import CallEnter, CallReturn, SignalHandler, State
from ipcviz.model.channel.message import SignalFlight
from ipcviz.model.entities import Role
from ipcviz.model.model import Model
from ipcviz.model.timeline.causes import Causes
from ipcviz.model.timeline.lifelines import BLINK, Lifeline, Segment
from ipcviz.model.timeline.rows import Row, Rows
from ipcviz.model.words import call_text
from ipcviz.text import duration

SHORT = 10_000_000
"""Nanoseconds. A call that returned sooner has no rows of its own, even where a look met it."""


class _Release(Struct):
    """A release that nobody was named for yet: what caused it may be told only after it."""

    row: Row
    role: Role
    wait: Segment
    nothing: bool


class Waits:
    """Follows the kernel's states; where calls are told, a wait begins and ends with its call.

    The kernel says whether a thread sleeps. The call says since when and until when, which the
    looks at the kernel only surround.
    """

    def __init__(
        self,
        model: Model,
        rows: Rows,
        causes: Causes,
        lifelines: dict[str, Lifeline],
    ) -> None:
        self._model = model
        self._rows = rows
        self._causes = causes
        self._lifelines = lifelines
        self._told: dict[str, Row] = {}
        self._unnamed: dict[str, _Release] = {}

    def state(self, event: State, role: Role) -> None:
        """The kernel says what a thread does."""
        assert role.process is not None
        telling = role.process.telling
        if telling is None:
            return
        t = began = event.t
        line = self._lifelines[role.name]
        call = role.process.call(telling.tid)
        before = line.last
        if call is not None and telling is event and call.call == telling.call:
            began = call.t
            t = max(began, before.t if before is not None else 0)
        segment = Segment(t, telling.state, call_text(self._model, telling), telling)
        if before is not None and before.same_as(segment):
            if began < event.t and before.waits:
                line.wait_anew(began)
            return
        self._enter(event.seq, role, segment, began)

    def entered(self, event: CallEnter, role: Role) -> None:
        """A thread is in a call. If it slept in the same one before, and the kernel was not seen
        to say otherwise, it sleeps again."""
        assert role.process is not None
        before, state = self._lifelines[role.name].last, role.process.telling
        if (
            state is not None
            and before is not None
            and before.state == "running"
            and (state.tid, state.call, state.channel) == (event.tid, event.call, event.channel)
        ):
            call = call_text(self._model, state)
            self._enter(event.seq, role, Segment(event.t, state.state, call, state), event.t)

    def returned(self, event: CallReturn, role: Role) -> None:
        """A call has returned. If the role slept in it, that is over."""
        line = self._lifelines[role.name]
        before = line.last
        wait = before.wait if before is not None else None
        if before is None or wait is None or not before.waits:
            return
        if (wait.tid, wait.call) != (event.tid, event.call) or event.t < before.t:
            return
        if event.t - event.began < SHORT and self._take_back(role, event.t):
            return
        nothing = event.result == 0 or event.error is not None
        self._enter(event.seq, role, Segment(event.t, "running"), event.t, nothing)

    def ended(self, role: Role, t: int) -> None:
        """The role was waited for. That it had ended before is worth telling if it took long."""
        told, line = self._told.get(role.name), self._lifelines[role.name]
        if told is None or told.mark != "zombie" or t - told.t > SHORT:
            return
        if line.last is not None and line.last.state == "zombie":
            self._rows.take_back(told)
            line.segments.pop()

    def killed(self, role: Role, t: int, flights: Iterable[SignalFlight]) -> None:
        """A signal has ended the role, one of these if it is known who sent it. While it died, a
        look may have taken it for one that goes on."""
        told = self._told.get(role.name)
        if told is None or told.kind != "go on" or told.by is not None or t - told.t > BLINK:
            return
        line = self._lifelines[role.name]
        died = all(flight.sent[0] <= told.t for flight in flights)
        if died and line.last is not None and (line.last.t, line.last.state) == (told.t, "running"):
            self._rows.take_back(told)
            self._unnamed.pop(role.name, None)
            line.segments.pop()

    def name_causes(self, t: int) -> None:
        """Say who released a role, where that was not known until now."""
        if not self._unnamed:
            return
        for name, release in list(self._unnamed.items()):
            if t - release.row.t > BLINK:
                del self._unnamed[name]
                continue
            row = release.row
            waited = duration(row.t - release.wait.t)
            found = self._causes.of(release.role, release.wait, row.t, release.nothing)
            handler = _handler_around(release.role, release.wait)
            if found is not None:
                by, how = found
                named = structs.replace(row, by=by, text=f"{how}, after {waited}")
            elif handler is not None and release.wait.t <= handler.t <= row.t + SHORT:
                named = structs.replace(row, text=_interrupted(handler, release.wait, waited))
            else:
                continue
            del self._unnamed[name]
            if self._rows.replace(row, named):
                self._told[name] = named

    def _enter(self, seq: int, role: Role, now: Segment, began: int, nothing: bool = False) -> None:
        """`began`: when the call of a wait did, which goes on after a handler."""
        line = self._lifelines[role.name]
        before = line.last
        if before is not None and before.same_as(now):
            return
        if line.rejoin(now) is not None:
            line.wait_anew(began)
            told = self._told.pop(role.name, None)
            if told is not None and told.kind == "go on":
                self._rows.take_back(told)
                self._unnamed.pop(role.name, None)
            return
        if (now.waits or now.state == "running") and self._was_short(role, before, now.t):
            before = line.last
            if before is not None and before.same_as(now):
                return
        if now.state == "zombie":
            flights = role.process.arrivals.flights.values() if role.process is not None else ()
            if flights:
                self.killed(role, now.t, [flight for queue in flights for flight in queue])
        if before is not None and before.waits:
            before = replace(before, t=line.since(now.t))
        line.enter(now)
        if before is not None and before.waits and (now.waits or now.state == "running"):
            self._release(seq, role, before, now, nothing)
        if now.waits or now.state == "zombie":
            text = _wait_words(now) + _inside_handler(role, now)
            channel = _channel(now)
            row = Row(seq, now.t, role.name, "block", text, mark=now.state, channel=channel)
            self._told[role.name] = self._rows.add(row)

    def _was_short(self, role: Role, wait: Segment | None, t: int) -> bool:
        """Whether this wait, which ends now, was too short to be told; then it is not any more."""
        return wait is not None and wait.waits and t - wait.t < SHORT and self._take_back(role, t)

    def _take_back(self, role: Role, t: int) -> bool:
        """Forget the wait that the role is in, if its row can still go."""
        told = self._told.get(role.name)
        if told is None or told.kind != "block" or told.t < t - BLINK:
            return False
        del self._told[role.name]
        self._rows.take_back(told)
        self._lifelines[role.name].leave_out_last()
        return True

    def _release(self, seq: int, role: Role, before: Segment, now: Segment, nothing: bool) -> None:
        waited = duration(now.t - before.t)
        handler = _handler_around(role, now)
        by, unnamed = None, False
        if before.state == "ready":
            if now.waits:
                return
            text = "goes on"
        elif handler is not None and handler.t >= before.t:
            text = _interrupted(handler, before, waited)
        elif found := self._causes.of(role, before, now.t, nothing):
            by, how = found
            text = f"{how}, after {waited}"
        else:
            text, unnamed = f"goes on, after {waited} in {before.call}", True
        channel = _channel(before)
        row = Row(seq, now.t, role.name, "go on", text, mark="running", by=by, channel=channel)
        row = self._told[role.name] = self._rows.add_before_deeds(row)
        if unnamed:
            self._unnamed[role.name] = _Release(row, role, before, nothing)


def _wait_words(segment: Segment) -> str:
    if segment.state == "ready":
        return "is ready for a line on its standard input"
    if segment.state == "zombie":
        return "has ended, nobody has waited for it yet"
    wanted = segment.wait.waits_for[0].end if segment.wait and segment.wait.waits_for else None
    to_do = {"reader": " for writing", "writer": " for reading"}.get(wanted or "", "")
    return f"blocks in {segment.call}{to_do}" if segment.call else "blocks"


def _channel(segment: Segment) -> str | None:
    """The pipe that is waited on; of several, the first."""
    wanted = segment.wait.waits_for if segment.wait is not None else ()
    return next((one.channel for one in wanted if one.channel is not None), None)


def _inside_handler(role: Role, segment: Segment) -> str:
    handler = _handler_around(role, segment)
    return f" inside its handler of {handler.signal}" if handler is not None else ""


def _interrupted(handler: SignalHandler, wait: Segment, waited: str) -> str:
    return f"a handler of {handler.signal} interrupts {wait.call}, after {waited}"


def _handler_around(role: Role, segment: Segment) -> SignalHandler | None:
    """The innermost handler that the thread of this stretch runs."""
    tid = segment.wait.tid if segment.wait is not None else None
    handlers = role.process.handlers if role.process is not None else ()
    return next((one for one in reversed(handlers) if one.tid == tid), None)
