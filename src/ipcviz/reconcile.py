"""Holds what programs recorded against what the kernel says, which is right where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from ipcviz.events import CallEnter, Difference, State
from ipcviz.log import Log
from ipcviz.model import Channel, Model, Process
from ipcviz.model.bounded import remember
from ipcviz.text import bytes_text

LASTS = 500_000_000
"""Nanoseconds for which a thread's recorded call must contradict the kernel before it is told: a
thread that was woken may have to wait for a processor before it can record that."""
_CHANNELS_AT_MOST = 2_000
"""Channels of which is remembered when their account was equal last."""
_AT_REST = ("blocked", "sleeping", "ready")
_CAN_WAIT = ("open", "read", "write", "wait", "pause", "poll", "sleep")
"""Calls that can wait, and have these names for the tracer and for the kernel's observer."""


class _Doubt(NamedTuple):
    """A thread's call, and what the kernel says instead since a moment."""

    entered: CallEnter
    seen: str
    since: int
    told: bool


class Reconciler:
    """Compares the model with the kernel after each look, and tells the log where they differ."""

    def __init__(self, log: Log, model: Model) -> None:
        self._log = log
        self._model = model
        self._equal: dict[str, int] = {}
        """When the account of a channel last was what the kernel counted."""
        self._doubts: dict[tuple[int, int], _Doubt] = {}

    def compare(self, agreed: bool, contents: Mapping[str, int | None], moment: int) -> None:
        """Compare after a look. `agreed`: every process stood still at `moment`, in nanoseconds
        since the run began; if not, nothing can be said. `contents`: the bytes that each channel
        held then; null where the kernel could not be asked.

        All that was recorded until that moment is told first, and nothing that came later.
        """
        if not agreed:
            return
        self._log.catch_up(moment)
        for name, queued in contents.items():
            channel = self._model.channels.get(name)
            if channel is not None and channel.told and queued is not None:
                self._compare_bytes(channel, queued, moment)
        self._compare_calls(moment)

    def _compare_bytes(self, channel: Channel, queued: int, moment: int) -> None:
        if not channel.account.held:
            return  # what was in it is gone, and the account says so
        if not all(map(self._has_told_all, {one.pid for one in channel.holders})):
            return
        more = queued - channel.account.balance
        if more > 0:
            self._log.append(self._written(channel, more, moment))
        elif more < 0:
            self._log.append(self._gone(channel, -more, moment))
        remember(self._equal, channel.name, moment, _CHANNELS_AT_MOST)

    def _has_told_all(self, pid: int) -> bool:
        """Nothing that the process did until now can be told later: what it recorded was read, and
        it sleeps, so that every call that returned is recorded; or its calls are never told."""
        process = self._model.processes.get(pid)
        if process is None or process.observed is None:
            return process is None
        return not process.observed.loaded or _at_rest(process)

    def _written(self, channel: Channel, size: int, moment: int) -> Difference:
        """More is in a channel than the calls tell."""
        amount = f"{bytes_text(size)} in {channel.name}"
        for process in self._traced(one.pid for one in channel.writers):
            if process.blocked_in("write", channel.name):
                name = self._model.name_of(process.pid)
                what = f"{amount} are from {name}, which is still in that write"
                return self._difference(channel, "written", size, moment, process.pid, what)
        pid = self._ended_in(channel, "write")
        if pid is not None:
            what = f"{amount} are from {self._model.name_of(pid)}, which ended in that write"
        else:
            pid, untold = self._untold(channel, {one.pid for one in channel.writers})
            what = f"{amount} are from {untold}"
        return self._difference(channel, "written", size, moment, pid, what)

    def _gone(self, channel: Channel, size: int, moment: int) -> Difference:
        """Less is in a channel than the calls tell."""
        amount = f"{bytes_text(size)} of {channel.name}"
        pid = self._ended_in(channel, "read")
        if pid is not None:
            what = f"{amount} were read by {self._model.name_of(pid)}, which ended in that read"
        else:
            pid, untold = self._untold(channel, {one.pid for one in channel.readers})
            what = f"{amount} were read by {untold}"
        return self._difference(channel, "read", size, moment, pid, what)

    def _difference(
        self,
        channel: Channel,
        counted_as: Literal["written", "read"],
        size: int,
        moment: int,
        pid: int | None,
        what: str,
    ) -> Difference:
        process = self._model.processes.get(pid) if pid is not None else None
        return Difference(
            t=moment,
            source="kernel",
            pid=pid,
            role=process.role if process is not None else None,
            what=what,
            channel=channel.name,
            counted_as=counted_as,
            bytes=size,
        )

    def _untold(self, channel: Channel, pids: set[int]) -> tuple[int | None, str]:
        """The process that called and did not tell, where it can only be one, and the words for
        it: one that is not traced, else a traced one that used a call which is not recorded (as
        splice(2), or io.FileIO by itself). `pids`: who holds that end."""
        pid = self._stranger(channel, pids)
        if pid is not None:
            return pid, f"{self._model.name_of(pid)}, whose calls are not told"
        if not channel.by_calls:
            return None, "a process whose calls are not told"
        if len(pids) != 1:
            return None, "a call that was not recorded"
        (pid,) = pids
        return pid, f"{self._model.name_of(pid)}, by a call that was not recorded"

    def _traced(self, pids: Iterable[int]) -> Iterator[Process]:
        for pid in dict.fromkeys(pids):
            process = self._model.processes.get(pid)
            if process is not None and process.traced:
                yield process

    def _ended_in(self, channel: Channel, call: str) -> int | None:
        """The traced process that has ended in this call on the channel since the account was
        equal: by what it recorded last, else the one that a signal ended, since not every call is
        recorded before it returns."""
        ended = [one for one in self._ended(channel) if one.traced]
        for process in ended:
            if any(_is(one, call, channel) for one in process.last_calls):
                return process.pid
        killed = [one.pid for one in ended if one.exit is None or one.exit.signal is not None]
        return killed[0] if len(killed) == 1 else None

    def _stranger(self, channel: Channel, pids: set[int]) -> int | None:
        """The one process whose calls are not told that holds the channel, or has ended since
        the account was equal; null where there are several or none."""
        known = self._model.processes
        strangers = {pid for pid in pids if pid not in known or not known[pid].traced}
        if not strangers:
            strangers = {one.pid for one in self._ended(channel) if not one.traced}
        return strangers.pop() if len(strangers) == 1 else None

    def _ended(self, channel: Channel) -> Iterator[Process]:
        equal = self._equal.get(channel.name, 0)
        for process in self._model.processes.values():
            ended = process.ended
            if ended is not None and ended >= equal:
                yield process

    def _compare_calls(self, moment: int) -> None:
        """Threads whose call, as recorded, is not what the kernel says, look after look."""
        before, self._doubts = self._doubts, {}
        for process in self._traced(self._model.processes):
            if process.ended is not None or process.handlers:
                continue  # a handler runs inside of a call
            for tid, state in process.threads.items():
                entered = process.call(tid)
                seen = _contradicted(entered, state)
                if entered is None or seen is None:
                    continue
                doubt = before.get((process.pid, tid))
                if doubt is None or (doubt.entered, doubt.seen) != (entered, seen):
                    doubt = _Doubt(entered, seen, moment, told=False)
                elif not doubt.told and moment - doubt.since >= LASTS:
                    doubt = doubt._replace(told=True)
                    self._tell_call(process, tid, doubt, moment)
                self._doubts[process.pid, tid] = doubt

    def _tell_call(self, process: Process, tid: int, doubt: _Doubt, moment: int) -> None:
        name = self._model.name_of(process.pid)
        what = f"{name} recorded that it is in {doubt.entered.call}, and the kernel says that it "
        self._log.append(
            Difference(
                t=moment,
                source="kernel",
                pid=process.pid,
                tid=tid,
                role=process.role,
                what=what + doubt.seen,
                channel=doubt.entered.channel,
            )
        )


def _at_rest(process: Process) -> bool:
    """Every thread of it sleeps in a call."""
    states = process.threads.values()
    return bool(states) and all(one.state in _AT_REST for one in states)


def _is(entered: CallEnter, call: str, channel: Channel) -> bool:
    return entered.call == call and entered.channel == channel.name


def _contradicted(entered: CallEnter | None, state: State) -> str | None:
    """What the kernel says of a thread instead of the call that it recorded, in words."""
    if entered is None or entered.call not in _CAN_WAIT:
        return None
    if state.state == "running":
        return "runs on"
    if state.state in _AT_REST and state.call in _CAN_WAIT and state.call != entered.call:
        return f"is in {state.call}"
    return None
