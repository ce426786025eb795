"""How much those have read and written of whom a rule asks that: /proc/PID/io, proc_pid_io(5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ipcviz.events import Counts, Fill
from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.gauge import has_reader
from ipcviz.observers.kernel.procfs import read
from ipcviz.observers.kernel.view import View
from ipcviz.scenarios import signals

APART = 250_000_000
"""Nanoseconds between two counts of a process at least, so that their difference says something."""
_WRITTEN = "written_bytes"
_SIGPIPE = 1 << (signals.number("SIGPIPE") - 1)


class Counting:
    """Counts the calls and bytes of suspects: of those who may write without a reader or read
    without a writer again and again, and of those from whom somebody waits for a first byte.

    apart: nanoseconds between two counts of a process at least, but for its first byte, which is
    told at once: it may write no more, and then nobody looks again.
    """

    def __init__(self, apart: int = APART) -> None:
        self._apart = apart
        self._told: dict[int, Counts] = {}

    def changes(self, view: View, now: int) -> Iterator[Counts]:
        """The counts of suspects that are new, or others than some while ago in what matters."""
        looks = {look.pid: look for look in view.looks if not look.ended}
        self._told = {pid: counts for pid, counts in self._told.items() if pid in looks}
        for pid, figures in sorted(_suspects(view, looks).items()):
            told = self._told.get(pid)
            silent = told is not None and not told.written_bytes and _WRITTEN in figures
            if told is not None and now - told.t < self._apart and not silent:
                continue
            counts = read_counts(looks[pid], now)
            if counts is not None and (told is None or _differ(told, counts, figures)):
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


def _differ(told: Counts, counts: Counts, figures: Iterable[str]) -> bool:
    return any(getattr(told, figure) != getattr(counts, figure) for figure in figures)


def _suspects(view: View, looks: dict[int, ProcessLook]) -> dict[int, set[str]]:
    """Whom a rule asks for, and for which of the figures."""
    awaited = {
        wanted.channel
        for seen in view.states
        if seen.state.state == "blocked" and not seen.state.timed
        for wanted in seen.state.waits_for
        if wanted.end == "data"
    }
    running = {
        seen.look.pid for seen in view.states if seen.thread.ran or seen.state.state == "running"
    }
    found: dict[int, set[str]] = {}
    for fill in view.fills:
        if fill.channel in awaited and fill.queued == 0:
            figure, pids = _WRITTEN, {end.pid for end in fill.writers}
        elif not fill.readers:
            figure, pids = "writes", set(_write_in_vain(fill, looks))
        elif not fill.writers:
            figure, pids = "reads", {end.pid for end in fill.readers} & running
        else:
            continue
        for pid in pids & looks.keys():
            found.setdefault(pid, set()).add(figure)
    return found


def _write_in_vain(fill: Fill, looks: dict[int, ProcessLook]) -> Iterator[int]:
    """Who can write to a pipe that nobody reads, be it somebody unseen, and ignores SIGPIPE."""
    for end in fill.writers:
        look = looks.get(end.pid)
        if look is None or look.signals is None or not look.signals.ignored & _SIGPIPE:
            continue
        if not has_reader(look.process.pidfd, end.fd):
            yield end.pid
