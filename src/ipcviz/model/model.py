"""The fold of the log: who runs, who is blocked in which call, what is in which pipe."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ipcviz import events
from ipcviz.events import Event, Finding
from ipcviz.model import fold_channels, fold_findings, fold_processes, fold_signals
from ipcviz.model.channel.hooks import Hooks
from ipcviz.model.channel.message import Message, SignalFlight
from ipcviz.model.entities import Channel, Process, Role
from ipcviz.text import file_name


@dataclass
class Model:
    """Everything that the events so far tell. Folding the same events gives equal models.

    Of what is over only counts stay, but for what the bounds beside the folds say, and those of
    Transit, Hooks and Arrivals.
    """

    session: events.Session | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    processes: dict[int, Process] = field(default_factory=dict)
    dropped: int = 0
    traced: bool = False
    """The calls of some process are, or were, told."""
    hooks: Hooks | None = None
    findings: dict[fold_findings.Key, Finding] = field(default_factory=dict)
    """Those that are true now, in the order in which they were raised."""
    above_ipcviz: frozenset[int] = frozenset()
    """Of one look: those from which ipcviz descends. They may well wait for it to end."""
    others_hidden: bool = False
    """Of one look: there may be processes of other users that are not to be seen at all."""
    fresh: tuple[Message, ...] = ()
    """The messages that the event just folded in brought forward: written, read, lost, failed."""
    fresh_signals: tuple[SignalFlight, ...] = ()
    """The signals that it brought forward: sent, pending, delivered, lost."""
    signalled: set[tuple[int, str]] = field(default_factory=set)
    """What ipcviz sent to which pid."""
    ended: deque[int] = field(default_factory=deque)
    """The pids that ended, and are remembered, the oldest first."""
    removed: deque[str] = field(default_factory=deque)
    """The undeclared pipes that are gone, and are remembered, the oldest first."""

    def apply(self, event: Event) -> None:
        """Fold one event in."""
        if self.fresh:
            self.fresh = ()
        if self.fresh_signals:
            self.fresh_signals = ()
        fold = _FOLDS.get(type(event))
        if fold is not None:
            fold(self, event)

    @property
    def requests(self) -> int | None:
        """Requests that were written; null where the scenario declares no hooks."""
        return self.hooks.requests if self.hooks is not None else None

    @property
    def replies(self) -> int | None:
        """Replies that were written; null where the scenario declares no hooks."""
        return self.hooks.replies if self.hooks is not None else None

    def role_of(self, pid: int | None) -> Role | None:
        """The role that this process plays, if any."""
        process = self.processes.get(pid) if pid is not None else None
        return self.roles.get(process.role) if process is not None and process.role else None

    def name_of(self, pid: int | None) -> str:
        """A process in words: its role, or its program and pid."""
        process = self.processes.get(pid) if pid is not None else None
        if process is None:
            return f"process {pid}" if pid is not None else "a process that is not traced"
        if process.role is not None:
            return process.role
        program = file_name(process.command[0]) if process.command else "process"
        return f"{program} {pid}"

    def living(self) -> Iterator[Process]:
        """The processes that have not ended: zombies are not among them."""
        for process in self.processes.values():
            if process.alive and process.state != "zombie":
                yield process

    def lineage(self, process: Process) -> Iterator[Process]:
        """A process, who started it, who started that one, and so on as far as they are known."""
        seen: set[int] = set()
        one: Process | None = process
        while one is not None and one.pid not in seen:
            seen.add(one.pid)
            yield one
            one = self.processes.get(one.ppid)

    @property
    def is_run(self) -> bool:
        """Whether ipcviz started what it tells of; else it is one look at others' processes."""
        return self.session is not None

    @property
    def gravest_findings(self) -> list[Finding]:
        """The findings that are true now, the gravest first; of two as grave the certain one, then
        the older one."""
        return sorted(
            self.findings.values(),
            key=lambda one: (events.SEVERITIES.index(one.severity), not one.certain, one.t),
        )

    def starter(self, role: Role) -> Role:
        """The role that ipcviz itself starts, from which this one descends (itself, mostly)."""
        while role.info.started_by is not None:
            role = self.roles[role.info.started_by]
        return role

    def snapshot(self) -> Model:
        """A copy that goes its own way: what cannot change is shared."""
        hooks = self.hooks.copy() if self.hooks is not None else None
        copies = {id(one): one.snapshot() for one in self._all_processes()}
        return Model(
            self.session,
            {
                name: role.snapshot(copies.get(id(role.process)))
                for name, role in self.roles.items()
            },
            {name: channel.snapshot(hooks) for name, channel in self.channels.items()},
            {pid: copies[id(process)] for pid, process in self.processes.items()},
            self.dropped,
            self.traced,
            hooks,
            self.findings.copy(),
            self.above_ipcviz,
            self.others_hidden,
            self.fresh,
            self.fresh_signals,
            self.signalled.copy(),
            self.ended.copy(),
            self.removed.copy(),
        )

    def _all_processes(self) -> Iterator[Process]:
        yield from self.processes.values()
        for role in self.roles.values():
            if role.process is not None:
                yield role.process

    def _open(self, event: events.Session) -> None:
        self.session = event
        self.roles = {info.name: Role(info) for info in event.roles}
        self.channels = {
            info.name: Channel(info.name, info, path=info.path, present=False)
            for info in event.channels
        }
        if event.hooks is not None:
            self.hooks = Hooks(event.hooks)
            for name in (event.hooks.request, event.hooks.reply):
                self.channels[name].transit.hooks = self.hooks


_FOLDS: dict[type[Event], Callable[[Model, Any], None]] = {
    events.Session: Model._open,
    **fold_processes.FOLDS,
    **fold_channels.FOLDS,
    **fold_signals.FOLDS,
    **fold_findings.FOLDS,
}
