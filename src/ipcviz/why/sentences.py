"""What a thread does, and for what it waits, in words."""

from __future__ import annotations

from msgspec import Struct

from ipcviz.diagnoses.words import UNSEEN, VFORKS, carried
from ipcviz.events import EVENT_COUNTER, SOCKET, State
from ipcviz.model import Model, Process
from ipcviz.model.words import target_text
from ipcviz.text import duration, elapsed

CHILD_ENDED = "SIGCHLD"
_SECOND = 1_000_000_000
_YEAR = 365 * 86_400
_SEVERAL = 5
"""Signals and other things that are named in one sentence; of more, only their number."""
_WANTS = {
    "reader": "a reader",
    "writer": "a writer",
    "data": "data or end of file",
    "space": "room in the pipe",
}
_OPENS = {"reader": "for reading", "writer": "for writing"}
_ON_NOTHING = ("futex", "pause")
"""Calls that name nothing which a person could know."""


def waiting_for(model: Model, state: State) -> str | None:
    """What would end the wait, in a few words; null where it waits for nothing."""
    if state.state not in ("blocked", "ready"):
        return None
    ends = dict.fromkeys(one.end for one in state.waits_for if one.channel is not None)
    wants = [_WANTS[end] for end in ends if end is not None]
    beside = list(dict.fromkeys(one.on for one in state.waits_for if one.on is not None))
    if wants or len(beside) > 1:
        return either([*wants, *beside])
    if state.call == "wait":
        return "a child to end"
    if any(one.signal is not None for one in state.waits_for):
        return "a signal"
    return carried(state) or None


def either(names: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`, or the first few and how many more."""
    if len(names) > _SEVERAL:
        names = [*names[: _SEVERAL - 1], f"{len(names) - _SEVERAL + 1} others"]
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def seconds_blocked(state: State, now: int) -> float | None:
    """About how long the thread has slept; null where the kernel does not tell."""
    if state.state == "running":
        return None
    seconds = (now - state.began) / _SECOND
    return round(seconds, 1) if seconds < _YEAR else None


def about(state: State, now: int) -> str:
    """`about 12 s`, and of how long at most; empty where the kernel does not tell."""
    seconds = seconds_blocked(state, now)
    if state.limit is not None and (seconds is None or seconds >= state.limit):
        return f"at most {_span(state.limit)}"
    if seconds is None:
        return ""
    passed = f"about {_span(seconds)}" if seconds >= 1 else "under 1 s"
    if state.limit is not None:
        return f"{passed} of {_span(state.limit)}"
    limited = state.timed and state.state == "blocked"
    return f"{passed} of a limited time" if limited else passed


def _span(seconds: float) -> str:
    nanoseconds = int(seconds * _SECOND)
    return elapsed(nanoseconds) if seconds >= 1 else duration(nanoseconds)


def row(model: Model, one: Process, state: State, alike: int, now: int) -> str:
    """`blocked in read(pipe:[31]), about 12 s`: what a thread does, in which call on what, and how
    long. `alike`: so many threads do the same."""
    how_long = about(state, now)
    if state.state == "zombie":
        return f"ended{f' {how_long} ago' if how_long else ''}, and nobody has waited for it"
    status = _status(model, one, state)
    if alike > 1:
        status += f" in {alike} of its threads"
    elif state.tid not in (None, one.pid):
        status += f" in its thread {state.tid}"
    return f"{status}, {how_long}" if how_long else status


def _status(model: Model, one: Process, state: State) -> str:
    if state.state == "stopped":
        by = state.on or one.stopped_by
        return f"stopped by {by}" if by else "stopped"
    if state.state == "blocked" and not isinstance(state.call, str):
        return "asleep"
    if state.state != "blocked":
        return state.state
    target = "" if state.call in _ON_NOTHING else target_text(model, state)
    return f"blocked in {state.syscall or state.call}({target})"


class Wait(Struct, frozen=True):
    """What a thread waits for, as a sentence that begins with `waits`. `link` leads on to those who
    could end that: `waits for room in the pipe` and `, to be read by`."""

    text: str
    link: str = ""


def wait(model: Model, state: State, it: str | None = None) -> Wait | None:
    """Of a thread that is blocked; null of any other. `it` stands for what the call is on, where
    that was said before."""
    if state.state != "blocked":
        return None
    if not isinstance(state.call, str):
        return Wait(UNSEEN)
    wanted = state.waits_for[0] if state.waits_for else None
    target = it or target_text(model, state)
    if state.call == "open" and wanted is not None and wanted.end in _OPENS:
        return Wait(f"waits until somebody opens {target} {_OPENS[wanted.end]}")
    if state.call == "wait":
        return _for_a_child(state)
    if state.call == "lock" and wanted is not None:
        return Wait(f"waits for a lock on {target}", ", held by")
    if state.call == "pause":
        return _for_a_signal(state)
    if wanted is not None and wanted.pids:
        return Wait("waits for the end of")
    return _for_bytes(model, state)


def _for_bytes(model: Model, state: State) -> Wait:
    ends = {one.end for one in state.waits_for if one.channel is not None}
    link = {EVENT_COUNTER: ", to be counted up by"}.get(state.on or "", "")
    if ends:
        link = (
            ", to be read by" if ends == {"space"} else " from" if "data" in ends else ", held by"
        )
    elif (state.on or "").startswith(SOCKET):
        link = ", whose other end is held by"
    return Wait(f"waits for {waiting_for(model, state) or 'something unknown'}", link)


def _for_a_child(state: State) -> Wait:
    if not any(one.pids for one in state.waits_for):
        return Wait("waits for a child to end, and none is to be seen")
    if state.syscall in VFORKS:
        return Wait("waits for its child to run another program or to end", ":")
    return Wait("waits for the end of")


def _for_a_signal(state: State) -> Wait:
    names = [one.signal for one in state.waits_for if one.signal is not None]
    if not names:
        return Wait("waits for a signal, and has a handler for none")
    link = f"; {CHILD_ENDED} comes at the end of" if CHILD_ENDED in names else ""
    return Wait(f"waits for a signal: {either(names)}", link)
