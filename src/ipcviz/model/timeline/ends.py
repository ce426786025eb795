"""The pipes' part of the story: who opened and closed which end, and what a pipe holds."""

from __future__ import annotations

from msgspec import structs

from ipcviz.events import CallReturn, Fill, Holder
from ipcviz.model.entities import Role
from ipcviz.model.model import Model
from ipcviz.model.timeline.causes import Causes
from ipcviz.model.timeline.lifelines import BLINK
from ipcviz.model.timeline.rows import Row, Rows
from ipcviz.text import bytes_text

Descriptor = tuple[int, int]
_MODES = {"O_RDWR": "read-write", "O_WRONLY": "write"}


class Ends:
    """Tells what a program's calls do to its ends. Where they cannot be told, compares each
    `fill` with the one before it."""

    def __init__(self, model: Model, rows: Rows, causes: Causes) -> None:
        self._model = model
        self._rows = rows
        self._causes = causes
        self._held: dict[str, dict[Descriptor, Holder]] = {}
        self._queued: dict[str, int] = {}
        self._opened: dict[tuple[str, Descriptor], Row | None] = {}
        """Ends that were told to be opened: with a row if by a look, else by a call. Whether a
        process is traced may be told only after both, and these in either order."""

    def returned(self, event: CallReturn, role: Role) -> Row | None:
        """Tell of a call that opened or closed an end. What becomes of anonymous pipes is mostly a
        library's own affair: nothing is told of theirs."""
        if event.channel is None or event.call not in ("open", "close"):
            return None
        channel = self._model.channels[event.channel]
        if channel.info is None and not channel.path:
            return None
        assert event.pid is not None
        descriptor = event.result if event.call == "open" else event.fd
        if descriptor is not None:
            seen = self._opened.pop((event.channel, (event.pid, descriptor)), None)
            if event.call == "open":
                self._opened[event.channel, (event.pid, descriptor)] = None
                if seen is not None:
                    self._rows.take_back(seen)
        return self._add(event, role, _call_words(event, event.channel))

    def told(self, fill: Fill) -> None:
        """Tell what changed since this pipe's last fill."""
        before = self._held.get(fill.channel, {})
        now = {(one.pid, one.fd): one for one in (*fill.readers, *fill.writers)}
        self._held[fill.channel] = now
        for descriptor, holder in now.items():
            if descriptor not in before:
                self._opens(fill, holder, before)
        for descriptor in sorted(before - now.keys()):
            self._opened.pop((fill.channel, descriptor), None)
            self._closes(fill, descriptor[0])
        self._contents(fill)

    def _add(self, event: CallReturn | Fill, role: Role, text: str) -> Row:
        row = Row(event.seq, event.t, role.name, "end", text, channel=event.channel)
        return self._rows.add(row)

    def _opens(self, fill: Fill, holder: Holder, before: dict[Descriptor, Holder]) -> None:
        inherited = self._inherited(holder, before)
        end = fill.channel, (holder.pid, holder.fd)
        if not inherited and (self._traced(holder.pid) or end in self._opened):
            return
        # The look that found it may have come after the call that it let through returned.
        began = fill.t - BLINK
        if holder.mode != "write":
            self._causes.opened(fill.channel, "reader", holder.pid, began, fill.t)
        if holder.mode != "read":
            self._causes.opened(fill.channel, "writer", holder.pid, began, fill.t)
        role = self._model.role_of(holder.pid)
        if role is not None:
            verb = "inherits" if inherited else "opens"
            text = f"{verb} {fill.channel} {mode_words(holder.mode)}"
            self._opened[end] = self._add(fill, role, text)

    def _closes(self, fill: Fill, pid: int) -> None:
        process = self._model.processes.get(pid)
        lives = process is not None and process.alive and process.state != "zombie"
        if lives and self._traced(pid):
            return
        self._causes.closed(fill.channel, pid, fill.t - BLINK, fill.t)
        role = self._model.role_of(pid)
        if lives and role is not None:
            self._add(fill, role, f"closes {fill.channel}")

    def _traced(self, pid: int) -> bool:
        process = self._model.processes.get(pid)
        return process is not None and process.traced

    def _inherited(self, holder: Holder, before: dict[Descriptor, Holder]) -> bool:
        """Whether it came from the parent, which holds the same number: close-on-exec ends that
        for a child that runs another program."""
        process = self._model.processes.get(holder.pid)
        parent = self._model.processes.get(process.ppid) if process is not None else None
        kept = before.get((parent.pid, holder.fd)) if parent is not None else None
        if process is None or parent is None or kept is None:
            return False
        return not kept.cloexec or process.command == parent.command

    def _contents(self, fill: Fill) -> None:
        channel = self._model.channels[fill.channel]
        previous, queued = self._queued.get(fill.channel, 0), channel.contents
        if queued is None:
            return
        self._queued[fill.channel] = queued
        info = channel.info
        if queued == previous or info is None or info.writer not in self._model.roles:
            return
        if channel.told:
            return  # its messages tell it, and exactly when
        kind = "fill" if queued > previous else "drain"
        amount = bytes_text(queued) if queued else "empty"
        text = f"{amount} in {fill.channel}" if queued else f"{fill.channel} is empty"
        to: str | None = info.reader
        if not fill.readers and not fill.writers:
            kind, text, to = "note", f"nobody holds {fill.channel} any more", None
        row = Row(fill.seq, fill.t, info.writer, kind, text, to=to, channel=fill.channel)
        self._rows.add(structs.replace(row, detail=amount))


def mode_words(mode: str) -> str:
    """How an end is held, in words: `for reading`, `for writing`, `read-write`."""
    return {"read": "for reading", "write": "for writing"}.get(mode, mode)


def _call_words(event: CallReturn, channel: str) -> str:
    if event.call == "close":
        return f"closes {channel}"
    mode = next((mode for flag, mode in _MODES.items() if flag in event.flags), "read")
    if event.error is not None:
        return f"cannot open {channel} {mode_words(mode)}: {event.error}"
    return f"opens {channel} {mode_words(mode)}"
