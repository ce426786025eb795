"""Builds one look out of events, as a survey would tell it."""

from __future__ import annotations

from typing import Any

from ipcviz import events
from ipcviz.events import Event, Finding, Holder, Wanted
from ipcviz.log import Log
from ipcviz.model import Model
from ipcviz.why.look import Look
from ipcviz.why.text import tell

NOW = 100_000_000_000
"""When the look is, in nanoseconds."""


class Seen:
    """Processes and pipes; every process sleeps since 12 seconds unless said."""

    def __init__(self) -> None:
        self.log = Log()
        self.model = Model()
        self.log.listen(self.model.apply)

    def tell(self, event: Event) -> None:
        self.log.append(event)

    def process(self, pid: int, name: str, *arguments: str, ppid: int = 1) -> None:
        self.tell(events.ProcessStart(t=0, pid=pid, ppid=ppid, command=(name, *arguments)))

    def pipe(self, inode: int, readers: dict[int, int], writers: dict[int, int]) -> str:
        """A pipe, and of each of its ends the holders: pid to descriptor. Its name."""
        name = f"pipe:[{inode}]"
        self.tell(events.ChannelCreate(t=0, channel=name, kind="pipe", inode=inode))
        self.tell(
            events.Fill(
                t=0,
                channel=name,
                queued=0,
                capacity=65536,
                readers=_ends("read", readers),
                writers=_ends("write", writers),
            )
        )
        return name

    def state(
        self, pid: int, state: events.StateName, tid: int | None = None, ago: int = 12, **more: Any
    ) -> None:
        began = NOW - ago * 1_000_000_000
        self.tell(events.State(t=NOW, since=began, pid=pid, tid=tid or pid, state=state, **more))

    def reads(self, pid: int, channel: str, **more: Any) -> None:
        wanted = (Wanted(channel=channel, end="data"),)
        self.state(pid, "blocked", call="read", channel=channel, waits_for=wanted, **more)

    def writes(self, pid: int, channel: str, **more: Any) -> None:
        wanted = (Wanted(channel=channel, end="space"),)
        self.state(pid, "blocked", call="write", channel=channel, waits_for=wanted, **more)

    def waits_for(self, pid: int, *children: int) -> None:
        wanted = (Wanted(pids=children),)
        self.state(pid, "blocked", call="wait", syscall="wait4", waits_for=wanted)

    def pipeline(self, *names: str) -> None:
        """Programs from pid 10 on, each of which reads what the one before it writes; the first
        one sleeps."""
        for number, name in enumerate(names):
            self.process(10 + number, name)
        self.state(10, "sleeping", call="sleep", timed=True)
        for pid in range(11, 10 + len(names)):
            self.reads(pid, self.pipe(pid, {pid: 0}, {pid - 1: 1}))

    def text(
        self,
        *shown: int,
        asked: bool = True,
        findings: tuple[Finding, ...] = (),
        unknown: tuple[str, ...] = (),
        width: int = 120,
        colours: bool = False,
    ) -> list[str]:
        """The lines that tell of these."""
        look = Look(self.model, asked, shown, findings, unknown, NOW)
        return list(tell(look, width, colours))


def finding(*pids: int, severity: events.Severity = "error", certain: bool = True) -> Finding:
    """One about these."""
    return Finding(
        t=NOW,
        rule=f"rule-{pids[0]}",
        severity=severity,
        certain=certain,
        pids=pids,
        what="It is so.",
        why="Since it is.",
        do="Alter it.",
    )


def _ends(mode: events.Mode, holders: dict[int, int]) -> tuple[Holder, ...]:
    return tuple(Holder(pid=pid, fd=fd, mode=mode, cloexec=True) for pid, fd in holders.items())
