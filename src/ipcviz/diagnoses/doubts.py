"""How processes that wait for each other could still be released: why a deadlock is only likely."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ipcviz.diagnoses.situation import peer
from ipcviz.diagnoses.words import process, processes
from ipcviz.events import End
from ipcviz.model import Channel, Model
from ipcviz.model.words import joined

_FEW = 3
"""As many as are named of those who are out of sight."""
_TIMERS = ("SIGALRM", "SIGVTALRM", "SIGPROF")
"""The signals of alarm(2) and setitimer(2)."""


def doubts(model: Model, members: Collection[int]) -> Iterator[str]:
    """A sentence for each reason, none where it is certain."""
    yield from _moved(model, members)
    yield from _hidden(model, members)
    for pid in members:
        signals = model.processes[pid].signals
        caught = [one for one in _TIMERS if signals is None or one in signals.caught]
        if caught:
            yield f"{process(model, pid)} handles {joined(caught)}, so a timer may still wake it."
    for channel, end in _awaited(model, members):
        yield from _openers(model, members, channel, end)


def _moved(model: Model, members: Collection[int]) -> Iterator[str]:
    states = [state for pid in members for state in model.processes[pid].threads.values()]
    if not all(state.agreed for state in states):
        yield "One of them moved while they were looked at."


def _hidden(model: Model, members: Collection[int]) -> Iterator[str]:
    """Those that may hold an end unseen: of the same run, or of the session of one of them. What
    descends from a member is worse, and makes the wait-for graph leave it out."""
    if model.others_hidden:
        yield "Processes of other users are hidden, and one of them may hold an end."
    sessions = {model.processes[pid].session for pid in members}
    hidden = [one.pid for one in model.living() if one.hidden and one.session in sessions]
    if hidden:
        hold = "holds" if len(hidden) == 1 else "hold"
        more = f" and {len(hidden) - _FEW} others" if len(hidden) > _FEW else ""
        yield f"What {processes(model, hidden[:_FEW])}{more} {hold} open cannot be seen."


def _awaited(model: Model, members: Collection[int]) -> list[tuple[Channel, End]]:
    """Each pipe that one of them waits on, and for what."""
    wanted = {
        (one.channel, one.end)
        for pid in members
        for state in model.processes[pid].threads.values()
        for one in state.waits_for
        if one.channel in model.channels and one.end is not None
    }
    return [(model.channels[name], end) for name, end in sorted(wanted) if name and end]


def _openers(model: Model, members: Collection[int], channel: Channel, end: End) -> Iterator[str]:
    """Who may still come to the other end of a FIFO by its path: anybody, where that is not in a
    directory of ipcviz's own, and in a run, which shows nobody else, may be there already; else
    the role that is declared to be there and is not."""
    if channel.path is None or channel.instead is not None:
        return
    use = "write to" if end == "data" else "read from"
    private = channel.info is not None and channel.info.private
    role = peer(model, channel, reads=end == "space")
    player = model.roles[role].process if role is not None else None
    if not private and (end == "data" or model.is_run):
        yield f"Anybody may still open {channel.name} and {use} it."
    elif role is not None and (player is None or player.pid not in members):
        yield f"{role} may still open {channel.name} and {use} it."
