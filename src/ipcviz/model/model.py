"""The fold of the log: who runs, who is blocked in which call, what is in which pipe."""

from __future__ import annotations

from collections.abc import Iterator

from ipcviz import events
from ipcviz.events import Event, State
from ipcviz.model.entities import Channel, Process, Role


class Model:
    """Everything that the events so far tell. Folding the same events gives the same model."""

    def __init__(self) -> None:
        self.session: events.Session | None = None
        self.roles: dict[str, Role] = {}
        self.channels: dict[str, Channel] = {}
        self.processes: dict[int, Process] = {}
        self.dropped = 0
        self._signalled: set[tuple[int, str]] = set()

    def apply(self, event: Event) -> None:
        """Fold one event in."""
        match event:
            case events.Session():
                self._open(event)
            case events.ProcessStart():
                self._start(event)
            case events.ProcessExec():
                self._exec(event)
            case events.ProcessExit():
                self._exit(event)
            case State():
                self._state(event)
            case events.Signals(pid=int(pid)) if pid in self.processes:
                self.processes[pid].signals = event
            case events.ChannelCreate() | events.ChannelRemove() | events.Fill():
                self._channel(event)
            case events.SignalSend(source="ipcviz"):
                self._signalled.add((event.to, event.signal))
            case events.Output(role=str(role)) if role in self.roles:
                self.roles[role].output.append((event.stream, event.text))
            case events.Dropped():
                self.dropped += event.count
            case _:
                pass

    def role_of(self, pid: int | None) -> Role | None:
        """The role that this process plays, if any."""
        process = self.processes.get(pid) if pid is not None else None
        return self.roles.get(process.role) if process is not None and process.role else None

    def name_of(self, pid: int) -> str:
        """A process in words: its role, or its program and pid."""
        process = self.processes.get(pid)
        if process is None:
            return f"process {pid}"
        if process.role is not None:
            return process.role
        program = process.command[0].rpartition("/")[2] if process.command else "process"
        return f"{program} {pid}"

    def living(self) -> Iterator[Process]:
        """The processes that have not ended: zombies are not among them."""
        for process in self.processes.values():
            if process.alive and process.state != "zombie":
                yield process

    def starter(self, role: Role) -> Role:
        """The role that ipcviz itself starts, from which this one descends (itself, mostly)."""
        while role.info.started_by is not None:
            role = self.roles[role.info.started_by]
        return role

    def _open(self, event: events.Session) -> None:
        self.session = event
        self.roles = {info.name: Role(info) for info in event.roles}
        self.channels = {
            info.name: Channel(info.name, info, path=info.path, present=False)
            for info in event.channels
        }

    def _start(self, event: events.ProcessStart) -> None:
        assert event.pid is not None
        process = Process(event.pid, event.ppid, event.command, event.t, event.role)
        self.processes[event.pid] = process
        self._signalled = {sent for sent in self._signalled if sent[0] != event.pid}
        self._cast(process)

    def _exec(self, event: events.ProcessExec) -> None:
        process = self.processes.get(event.pid or 0)
        if process is None:
            return
        process.command = event.command
        if event.role is not None and process.role != event.role:
            process.role = event.role
            self._cast(process)

    def _cast(self, process: Process) -> None:
        role = self.roles.get(process.role) if process.role else None
        if role is not None:
            role.process = process
            role.starts += 1

    def _exit(self, event: events.ProcessExit) -> None:
        process = self.processes.get(event.pid or 0)
        if process is None:
            return
        process.exit = event
        process.threads.clear()
        process.ended_by_ipcviz = (process.pid, event.signal) in self._signalled

    def _state(self, event: State) -> None:
        process = self.processes.get(event.pid or 0)
        if process is None or not process.alive:
            return
        tid = event.tid or process.pid
        if event.state == "exited":
            process.threads.pop(tid, None)
        else:
            process.threads[tid] = event

    def _channel(self, event: events.ChannelCreate | events.ChannelRemove | events.Fill) -> None:
        channel = self.channels.setdefault(event.channel, Channel(event.channel))
        match event:
            case events.ChannelCreate():
                channel.kind, channel.inode = event.kind, event.inode
                channel.path, channel.present = event.path, True
            case events.ChannelRemove():
                channel.present = False
                channel.readers = channel.writers = ()
                channel.queued = None
            case events.Fill():
                channel.queued, channel.capacity = event.queued, event.capacity
                channel.readers, channel.writers = event.readers, event.writers
