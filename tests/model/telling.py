"""Builds a run out of events, as supervisor and observer would tell it."""

from __future__ import annotations

from typing import Any

from ipcviz import events
from ipcviz.events import Holder, Wanted
from ipcviz.log import Log
from ipcviz.model import Model
from ipcviz.model.timeline import Timeline

SECOND = 1_000_000_000
PIPES = {"requests": ("main", "worker"), "replies": ("worker", "main")}


class Run:
    """A main and a worker with two FIFOs. Every method tells one event at `seconds`."""

    def __init__(self, started_by: dict[str, str] | None = None, **session: Any) -> None:
        self.log = Log()
        self.model = Model()
        self.timeline = Timeline(self.model)
        self.log.listen(self.model.apply)
        self.log.listen(self.timeline.apply)
        starters = started_by or {}
        roles = ["main", "worker", *sorted(set(starters.values()) - {"main", "worker"})]
        self.tell(
            events.Session(
                t=0,
                format=1,
                version="0",
                scenario="test",
                title="Test",
                observers=("kernel",),
                kernel="6",
                channels=tuple(
                    events.ChannelInfo(name=name, writer=writer, reader=reader, path=f"/run/{name}")
                    for name, (writer, reader) in PIPES.items()
                ),
                roles=tuple(
                    events.RoleInfo(name=name, key=name[0], started_by=starters.get(name))
                    for name in roles
                ),
                **session,
            )
        )

    def tell(self, event: events.Event) -> None:
        self.log.append(event)

    def start(self, seconds: float, role: str, pid: int, ppid: int = 1) -> None:
        command = ("/usr/bin/python", f"{role}.py")
        self.tell(
            events.ProcessStart(t=_at(seconds), pid=pid, role=role, ppid=ppid, command=command)
        )

    def state(self, seconds: float, pid: int, state: events.StateName, **more: Any) -> None:
        self.tell(events.State(t=_at(seconds), pid=pid, tid=pid, state=state, **more))

    def reads(self, seconds: float, pid: int, channel: str) -> None:
        self.waits(seconds, pid, "read", channel, "data")

    def waits(self, seconds: float, pid: int, call: str, channel: str, end: events.End) -> None:
        wanted = (Wanted(channel=channel, end=end),)
        self.state(seconds, pid, "blocked", call=call, channel=channel, waits_for=wanted)

    def waits_for(self, seconds: float, pid: int, child: int) -> None:
        self.state(seconds, pid, "blocked", call="wait", waits_for=(Wanted(pids=(child,)),))

    def exit(self, seconds: float, pid: int, **how: Any) -> None:
        self.tell(events.ProcessExit(t=_at(seconds), pid=pid, **how))

    def fill(
        self,
        seconds: float,
        channel: str,
        queued: int,
        *,
        cloexec: bool = True,
        **pids: tuple[int, ...],
    ) -> None:
        """Who holds the channel: `both`, `read`, `write`, each with the pids that do."""
        both, read, write = (pids.get(how, ()) for how in ("both", "read", "write"))
        two_way = [Holder(pid=pid, fd=3, mode="read-write", cloexec=cloexec) for pid in both]
        readers = [Holder(pid=pid, fd=3, mode="read", cloexec=cloexec) for pid in read]
        writers = [Holder(pid=pid, fd=3, mode="write", cloexec=cloexec) for pid in write]
        self.tell(
            events.Fill(
                t=_at(seconds),
                channel=channel,
                queued=queued,
                capacity=65536,
                readers=(*two_way, *readers),
                writers=(*two_way, *writers),
            )
        )

    def rows(self, role: str | None = None) -> list[str]:
        """The rows' texts, of one role or of all."""
        return [row.text for row in self.timeline.rows if role in (None, row.role)]


def _at(seconds: float) -> int:
    return int(seconds * SECOND)
