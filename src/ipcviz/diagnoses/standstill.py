"""Whether anybody is left in a run who could end a wait."""

from __future__ import annotations

from typing import NamedTuple

from ipcviz.diagnoses.situation import WAKE_UPS
from ipcviz.events import SIGNAL_DESCRIPTOR, State
from ipcviz.model import Channel, Model


class Standstill(NamedTuple):
    """Nobody of a run moves.

    since: when the last one came to wait. certain: false where a signal, or a stranger who opens
    the pipe, could still set one going.
    """

    since: int
    certain: bool


def standstill(model: Model, channel: Channel | None = None) -> Standstill | None:
    """Since when every thread of the run is blocked without a time limit; null while one is not,
    or while a role was never started (one that another starts counts with its starter). `channel`:
    what the wait is on that nobody may be left to end."""
    living = list(model.living())
    states = [state for process in living for state in process.threads.values()]
    if not model.is_run or not all(process.threads for process in living):
        return None
    if not all(model.starter(role).starts for role in model.roles.values()):
        return None
    if not states or not all(map(_is_held, states)):
        return None
    since = max(state.began for state in states)
    return Standstill(since, not any(map(_takes_signals, states)) and not _is_public(channel))


def _is_held(state: State) -> bool:
    """Blocked without a time limit, on something that belongs to the run: a network, a terminal or
    a disk may always bring something. A wait is about to be over where a child has ended."""
    if state.state != "blocked" or state.timed or not isinstance(state.call, str):
        return False
    if state.call == "wait":
        return bool(state.releasers)
    return (bool(state.waits_for) or state.call == "pause") and all(
        wanted.on is None or wanted.on in WAKE_UPS for wanted in state.waits_for
    )


def _takes_signals(state: State) -> bool:
    signals = any(one.signal or one.on == SIGNAL_DESCRIPTOR for one in state.waits_for)
    return signals or state.call == "pause"


def _is_public(channel: Channel | None) -> bool:
    """Whether a stranger can come to it by its path."""
    if channel is None or channel.path is None or channel.instead is not None:
        return False
    return channel.info is None or not channel.info.private
