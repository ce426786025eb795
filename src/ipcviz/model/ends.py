"""The pipes' part of the story: who opened and closed which end, and what a pipe holds."""

from __future__ import annotations

from collections.abc import Iterator

from ipcviz.events import Fill, Holder
from ipcviz.model.entities import Role
from ipcviz.model.lifelines import Segment
from ipcviz.model.model import Model
from ipcviz.model.rows import Row
from ipcviz.text import bytes_text

Descriptor = tuple[int, int]


class Ends:
    """Compares each `fill` with the one before it."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._held: dict[str, dict[Descriptor, Holder]] = {}
        self._queued: dict[str, int] = {}
        self._opened: dict[tuple[str, str], tuple[int, int]] = {}

    def told(self, fill: Fill) -> Iterator[Row]:
        """The rows for what changed since this pipe's last fill."""
        before = self._held.get(fill.channel, {})
        now = {(one.pid, one.fd): one for one in (*fill.readers, *fill.writers)}
        self._held[fill.channel] = now
        for descriptor, holder in now.items():
            if descriptor not in before:
                yield from self._opens(fill, holder, before)
        for pid, _fd in sorted(before - now.keys()):
            role = self._model.role_of(pid)
            if role is not None and role.running and role.state != "zombie":
                yield Row(fill.seq, fill.t, role.name, "end", f"closes {fill.channel}")
        yield from self._contents(fill)

    def releaser(self, role: Role, wait: Segment) -> tuple[str, str] | None:
        """Who let this open() through by opening the other end since it began, and the words for
        it; null where no new holder proves it."""
        for wanted in wait.wait.waits_for if wait.wait is not None else ():
            pid, t = self._opened.get((wanted.channel or "", wanted.end or ""), (0, 0))
            other = self._model.role_of(pid)
            if other is not None and other is not role and t >= wait.t:
                doing = "reading" if wanted.end == "reader" else "writing"
                return other.name, f"its open for {doing} lets it through"
        return None

    def _opens(self, fill: Fill, holder: Holder, before: dict[Descriptor, Holder]) -> Iterator[Row]:
        if holder.mode != "write":
            self._opened[fill.channel, "reader"] = holder.pid, fill.t
        if holder.mode != "read":
            self._opened[fill.channel, "writer"] = holder.pid, fill.t
        role = self._model.role_of(holder.pid)
        if role is not None:
            verb = "inherits" if self._inherited(holder, before) else "opens"
            text = f"{verb} {fill.channel} {mode_words(holder.mode)}"
            yield Row(fill.seq, fill.t, role.name, "end", text)

    def _inherited(self, holder: Holder, before: dict[Descriptor, Holder]) -> bool:
        """Whether it came from the parent, which holds the same number: close-on-exec ends that
        for a child that runs another program."""
        process = self._model.processes[holder.pid]
        parent = self._model.processes.get(process.ppid)
        kept = before.get((process.ppid, holder.fd))
        if parent is None or kept is None:
            return False
        return not kept.cloexec or process.command == parent.command

    def _contents(self, fill: Fill) -> Iterator[Row]:
        channel = self._model.channels[fill.channel]
        previous, queued = self._queued.get(fill.channel, 0), channel.contents
        if queued is None:
            return
        self._queued[fill.channel] = queued
        info = channel.info
        if queued == previous or info is None or info.writer not in self._model.roles:
            return
        amount = bytes_text(queued) if queued else "empty"
        text = f"{amount} in {fill.channel}" if queued else f"{fill.channel} is empty"
        kind = "fill" if queued > previous else "drain"
        to: str | None = info.reader
        if not fill.readers and not fill.writers:
            kind, text, to = "note", f"nobody holds {fill.channel} any more", None
        yield Row(fill.seq, fill.t, info.writer, kind, text, to=to, detail=amount)


def mode_words(mode: str) -> str:
    """How an end is held, in words: `for reading`, `for writing`, `read-write`."""
    return {"read": "for reading", "write": "for writing"}.get(mode, mode)
