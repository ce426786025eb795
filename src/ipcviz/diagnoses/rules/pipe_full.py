"""pipe-full: a writer waits for a reader that does not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.prospects import at_a_terminal, goes_on
from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.situation import sleepers
from ipcviz.diagnoses.words import doing, processes
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, State, Wanted
from ipcviz.model import Channel, Model, Process
from ipcviz.model.wait_graph import WaitGraph
from ipcviz.text import bytes_text


class PipeFull(Rule):
    """A writer waits for room in a pipe, and its reader is there and does not read (pipe(7))."""

    name: ClassVar[str] = "pipe-full"
    severity: ClassVar[Severity] = "warning"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each writer that waits for room, where no reader is about to read: one that runs, or
        goes on soon, is merely slow."""
        for writer, state in sleepers(model):
            channel = _full(model, state)
            if channel is None:
                continue
            readers = sorted({end.pid for end in channel.readers})
            known = [model.processes[pid] for pid in readers if pid in model.processes]
            if not known or len(known) < len(readers) or any(_reads(one, channel) for one in known):
                continue
            if any(goes_on(model, pid, frozenset({writer.pid})) for pid in readers):
                continue
            yield _suspicion(model, writer, state, channel, known)


def _suspicion(
    model: Model, writer: Process, state: State, channel: Channel, readers: list[Process]
) -> Suspicion:
    who, others = named(model, writer.pid), processes(model, [one.pid for one in readers])
    held = any(at_a_terminal(one) or _is_held(one) for one in readers)
    clauses = "; ".join(f"{named(model, one.pid)} {doing(model, one.pid)}" for one in readers)
    waits = any(writer.pid in wanted.pids for one in readers for wanted in _wanted(one))
    return Suspicion(
        since=state.began,
        severity="info" if held else "warning",
        certain=state.agreed,
        pids=(writer.pid, *(one.pid for one in readers if one is not writer)),
        channel=channel.name,
        what=f"{who} waits for room in {channel.name}, and {others} could read it and does not.",
        why=f"The pipe holds {bytes_text(channel.queued or 0)}, and no further write fits"
        f" (pipe(7)); {clauses}" + (", and so for the writer to end." if waits else "."),
        do=f"Let {others} read while it waits, or go on.",
        unless=("deadlock",),
    )


def _full(model: Model, state: State) -> Channel | None:
    """The one pipe in which the thread waits for room, and for nothing else."""
    if len(state.waits_for) != 1 or state.waits_for[0].end != "space":
        return None
    return model.channels.get(state.waits_for[0].channel or "")


def _reads(reader: Process, channel: Channel) -> bool:
    """Whether it waits for what is in the pipe already: it is about to be woken."""
    return any(one.channel == channel.name and one.end == "data" for one in _wanted(reader))


def _wanted(process: Process) -> Iterator[Wanted]:
    for state in process.threads.values():
        yield from state.waits_for


def _is_held(process: Process) -> bool:
    return process.state == "stopped" and process.stopped_by_ipcviz
