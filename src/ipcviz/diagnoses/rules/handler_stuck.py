"""handler-stuck: a signal handler waits for what it has interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import in_vain
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity, SignalHandler
from ipcviz.model import Model, Process
from ipcviz.model.wait_graph import WaitGraph


class HandlerStuck(Rule):
    """A signal handler waits for a lock that the code which it interrupted holds."""

    name: ClassVar[str] = "handler-stuck"
    severity: ClassVar[Severity] = "error"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process in a handler of which every thread is closed, the handler's in a futex: then
        that is a private one."""
        for process in model.living():
            handler = process.handlers[-1] if process.handlers else None
            state = process.threads.get(handler.tid or process.pid) if handler is not None else None
            if handler is None or state is None or state.call != "futex":
                continue
            if graph.is_closed(process.pid):
                yield _suspicion(model, graph, process, handler)


def _suspicion(
    model: Model, graph: WaitGraph, process: Process, handler: SignalHandler
) -> Suspicion:
    who, states = named(model, process.pid), process.threads.values()
    file = (handler.file or "").rpartition("/")[2]
    place = f" ({file}, line {handler.line})" if file else ""
    return Suspicion(
        since=max(one.began for one in states),
        severity="error",
        certain=all(one.agreed for one in states),
        pids=(process.pid,),
        what=f"{who} waits for a lock inside its handler of {handler.signal}{place}."
        + in_vain(model, graph.victims((process.pid,)), who),
        why="No other thread of it can run, so only the code that the handler interrupted"
        " could free the lock, and that goes on once the handler returns"
        " (signal-safety(7)).",
        do="Let the handler only take note of the signal, and do the work elsewhere.",
    )
