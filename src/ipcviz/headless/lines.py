"""A run as JSON Lines: the events as they come, the summary last."""

from __future__ import annotations

from ipcviz import events
from ipcviz.headless.output import Output
from ipcviz.session import Session
from ipcviz.steps import Line


class JsonLines:
    """Writes each event as one line."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def begin(self, session: Session) -> None:
        """Write every event so far, and each new one."""
        session.log.listen(self._write)

    def before(self, line: Line) -> None:
        """Steps are events of their own."""

    def end(self, summary: events.Summary) -> None:
        """The summary was written as the last event."""

    def _write(self, event: events.Event) -> None:
        self._output.write(events.encode(event) + b"\n")
