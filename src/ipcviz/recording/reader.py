"""Reads what a recorder wrote."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ipcviz import events
from ipcviz.errors import UsageError

_LINE_AT_MOST = 1 << 20
"""Bytes of a first line that are looked at: far more than one of ours has."""


def read(path: Path) -> Iterator[events.Event]:
    """Every event of a recording, in the order of the log.

    Passed over are types that this version does not know, and a last line that was cut short as
    ipcviz was killed. Raises UsageError where the file cannot be read or is no recording.
    """
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                event = _event(path, number, line)
                if event is not None:
                    yield event
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}.") from None


def is_recording(path: Path) -> bool:
    """Whether a recording can be meant: its first line is that of a run, or the file is empty.
    Raises OSError."""
    with path.open("rb") as file:
        line = file.readline(_LINE_AT_MOST)
    try:
        return not line or isinstance(events.decode(line), events.Session)
    except ValueError:
        return False


def _event(path: Path, number: int, line: bytes) -> events.Event | None:
    try:
        event = events.decode(line)
    except ValueError as error:
        if number > 1 and not line.endswith(b"\n"):
            return None
        raise UsageError(f"{path}:{number}: expected an event, as JSON: {error}") from None
    if number == 1:
        _require_run(path, event)
    return event


def _require_run(path: Path, event: events.Event | None) -> None:
    """Raise UsageError unless a run that this version can read begins with this event."""
    if not isinstance(event, events.Session):
        raise UsageError(f"{path}: not a recording: expected an event of type session at first.")
    if event.format > events.FORMAT:
        raise UsageError(
            f"{path}: recorded in format {event.format} by ipcviz {event.version}; "
            f"this version reads format {events.FORMAT}."
        )
