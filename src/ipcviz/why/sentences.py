"""What a process does and on whom that hangs, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipcviz.diagnoses.words import doing, process, thread_doing
from ipcviz.events import State
from ipcviz.model import Model, Process
from ipcviz.text import elapsed

_YEAR = 365 * 86_400
_WANTS = {
    "reader": "a reader",
    "writer": "a writer",
    "data": "data or end of file",
    "space": "room in the pipe",
}


def waiting_for(model: Model, state: State) -> str | None:
    """What would end the wait, in a few words; null where it waits for nothing."""
    if state.state not in ("blocked", "ready"):
        return None
    wanted = state.waits_for[0] if state.waits_for else None
    if wanted is None:
        return state.on
    if wanted.end is not None:
        return _WANTS[wanted.end]
    if wanted.pids and state.call == "wait":
        return "a child to end"
    if wanted.signal is not None:
        return "a signal"
    return state.on


def seconds_blocked(state: State, now: int) -> float | None:
    """About how long the thread has slept; null where the kernel does not tell."""
    if state.state == "running":
        return None
    seconds = (now - state.began) / 1e9
    return round(seconds, 1) if seconds < _YEAR else None


def sentence(model: Model, one: Process, state: State, now: int) -> str:
    """`cat (pid 7) waits for data on pipe:[31], in read(), for about 12 s`."""
    who = process(model, one.pid)
    thread = "" if state.tid in (None, one.pid) else f", in thread {state.tid}"
    call = state.syscall or state.call
    where = f", in {call}()" if isinstance(call, str) and state.call != "open" else ""
    seconds = seconds_blocked(state, now)
    long = f", for about {elapsed(int(seconds * 1e9))}" if seconds is not None else ""
    return f"{who} {thread_doing(model, state)}{where}{thread}{long}"


def other_side(model: Model, state: State) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each process that could end the wait, with the descriptors by which it could."""
    found: dict[int, set[int]] = {}
    for wanted in state.waits_for:
        channel = model.channels.get(wanted.channel or "")
        if channel is not None:
            for end in channel.writers if wanted.end in ("data", "writer") else channel.readers:
                found.setdefault(end.pid, set()).add(end.fd)
        for pid in wanted.pids:
            found.setdefault(pid, set())
    for pid in state.releasers if isinstance(state.releasers, tuple) else ():
        found.setdefault(pid, set())
    for pid, fds in found.items():
        yield pid, tuple(sorted(fds))


def other(model: Model, pid: int, fds: Iterable[int]) -> str:
    """`sleep (pid 6, fd 1) sleeps and has written nothing`."""
    known = model.processes.get(pid)
    silent = known is not None and bool(known.counts) and known.counts[-1].written_bytes == 0
    nothing = " and has written nothing" if silent else ""
    return f"{process(model, pid, *fds)} {doing(model, pid)}{nothing}"
