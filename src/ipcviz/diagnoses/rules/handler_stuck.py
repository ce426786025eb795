"""handler-stuck: a signal handler waits for what it has interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ipcviz.diagnoses.rule import Rule, Suspicion
from ipcviz.diagnoses.words import process as named
from ipcviz.events import Severity
from ipcviz.model import Model
from ipcviz.model.wait_graph import WaitGraph


class HandlerStuck(Rule):
    """A signal handler waits for a lock that the code which it interrupted holds."""

    name: ClassVar[str] = "handler-stuck"
    severity: ClassVar[Severity] = "error"

    def check(self, model: Model, graph: WaitGraph) -> Iterator[Suspicion]:
        """Each process in a handler of which every thread sleeps, the handler's in a private
        futex."""
        for process in model.living():
            handler = process.handlers[-1] if process.handlers else None
            state = process.threads.get(handler.tid or process.pid) if handler is not None else None
            if handler is None or state is None or not graph.is_closed(process.pid):
                continue
            if state.call != "futex" or state.releasers != (process.pid,):
                continue
            who = named(model, process.pid)
            place = f" ({handler.file}, line {handler.line})" if handler.file is not None else ""
            yield Suspicion(
                since=max(one.began for one in process.threads.values()),
                severity="error",
                certain=True,
                pids=(process.pid,),
                what=f"{who} waits for a lock inside its handler of {handler.signal}{place}.",
                why="No other thread of it can run, so only the code that the handler interrupted"
                " could free the lock, and that goes on once the handler returns"
                " (signal-safety(7)).",
                do="Let the handler only take note of the signal, and do the work elsewhere.",
            )
