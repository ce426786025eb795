"""How much those have read and written of whom a rule asks that: /proc/PID/io, proc_pid_io(5)."""

from __future__ import annotations

from collections.abc import Iterator

from ipcviz.events import Counts, Fill
from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.procfs import read
from ipcviz.observers.kernel.view import View, final
from ipcviz.scenarios import signals

APART = 250_000_000
"""So that the difference between two counts says something, and counting costs little."""
_SIGPIPE = 1 << (signals.number("SIGPIPE") - 1)


class Counting:
    """Counts the calls and bytes of suspects: of those who may write without a reader or read
    without a writer again and again, and of those from whom somebody waits for a first byte."""

    def __init__(self, apart: int = APART) -> None:
        """`apart`: nanoseconds between two counts of a process at least."""
        self._apart = apart
        self._told: dict[int, Counts] = {}

    def changes(self, view: View, now: int) -> Iterator[Counts]:
        """The counts of suspects that are new, or others than some while ago."""
        looks = {look.pid: look for look in view.looks if not look.ended}
        for pid in [pid for pid in self._told if pid not in looks]:
            del self._told[pid]
        for pid in sorted(_suspects(view, looks)):
            told = self._told.get(pid)
            if told is not None and now - told.t < self._apart:
                continue
            counts = read_counts(looks[pid], now)
            if counts is not None and (told is None or _figures(told) != _figures(counts)):
                self._told[pid] = counts
                yield counts


def read_counts(look: ProcessLook, now: int) -> Counts | None:
    """What a process has read and written so far; null where that may not be known."""
    try:
        text = read(f"/proc/{look.pid}/io").decode()
        lines = dict(line.split(": ") for line in text.splitlines())
        return Counts(
            t=now,
            source="kernel",
            pid=look.pid,
            role=look.process.role,
            reads=int(lines["syscr"]),
            read_bytes=int(lines["rchar"]),
            writes=int(lines["syscw"]),
            written_bytes=int(lines["wchar"]),
        )
    except (OSError, KeyError, ValueError):
        return None


def _figures(counts: Counts) -> tuple[int, ...]:
    return counts.reads, counts.read_bytes, counts.writes, counts.written_bytes


def _suspects(view: View, looks: dict[int, ProcessLook]) -> set[int]:
    awaited = {
        wanted.channel
        for seen in view.states
        if seen.state.state == "blocked" and not seen.state.timed
        for wanted in seen.state.waits_for
        if wanted.end == "data"
    }
    running = {seen.look.pid for seen in view.states if final(seen).state == "running"}
    found: set[int] = set()
    for fill in view.fills:
        found |= _of_channel(fill, looks, running, fill.channel in awaited)
    return found & looks.keys()


def _of_channel(
    fill: Fill, looks: dict[int, ProcessLook], running: set[int], awaited: bool
) -> set[int]:
    writers = {holder.pid for holder in fill.writers}
    if awaited and fill.queued == 0:
        return writers
    if not fill.readers:
        return {pid for pid in writers if _ignores_sigpipe(looks.get(pid))}
    if not writers:
        return {holder.pid for holder in fill.readers} & running
    return set()


def _ignores_sigpipe(look: ProcessLook | None) -> bool:
    return look is not None and look.signals is not None and bool(look.signals.ignored & _SIGPIPE)
