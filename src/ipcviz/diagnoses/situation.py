"""Questions about the whole of a run that several rules ask."""

from __future__ import annotations

from collections.abc import Iterator

from ipcviz.events import EVENT_COUNTER, SIGNAL_DESCRIPTOR, State, Wanted
from ipcviz.model import Channel, Model, Process

WAKE_UPS = (EVENT_COUNTER, SIGNAL_DESCRIPTOR)
"""What a program waits for beside the thing itself, only to be woken by its own doing."""


def sleepers(model: Model) -> Iterator[tuple[Process, State]]:
    """Every thread that sleeps until something else ends its wait, and not merely time."""
    for process in model.living():
        for state in process.threads.values():
            if state.state == "blocked" and not state.timed:
                yield process, state


def held_since(model: Model, channel: Channel) -> int:
    """Since when a pipe holds what it does and is held by whom it is, in nanoseconds since the run
    began; 0 where one look cannot tell."""
    return channel.changed if model.is_run else 0


def wanted_ends(state: State, end: str) -> Iterator[Wanted]:
    """What a wait wants of this kind."""
    return (wanted for wanted in state.waits_for if wanted.end == end)


def another_type(channel: Channel) -> bool:
    """Whether a file of another type stands where the path of a FIFO led."""
    return channel.instead not in (None, "nothing", "another FIFO")


def peer(model: Model, channel: Channel | None, reads: bool) -> str | None:
    """The role that is declared to read a channel, or to write to it."""
    if channel is None or channel.info is None:
        return None
    name = channel.info.reader if reads else channel.info.writer
    return name if name in model.roles else None


def absence(model: Model, role: str) -> str:
    """` is not started`, ` has ended`; empty while its process lives."""
    process = model.roles[role].process
    if process is None:
        return f"{role} is not started"
    return "" if process.alive and process.state != "zombie" else f"{role} has ended"
