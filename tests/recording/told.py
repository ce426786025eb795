"""Two events: the first of a recording, and another."""

from __future__ import annotations

from ipcviz import events

RUN = events.Session(
    t=0,
    format=events.FORMAT,
    version="0",
    scenario="test",
    title="Test",
    observers=("kernel",),
    kernel="6",
    channels=(),
    roles=(),
)
STOP = events.ProcessStop(t=1, pid=7)
