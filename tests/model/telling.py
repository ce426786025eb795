"""Builds a run out of events, as supervisor and observer would tell it."""

from __future__ import annotations

from typing import Any

from ipcviz import events
from ipcviz.events import Holder, Wanted
from ipcviz.log import Log
from ipcviz.model import Model
from ipcviz.model.channel.message import Message
from ipcviz.model.timeline import Timeline
from ipcviz.text import escaped

SECOND = 1_000_000_000
PIPES = {"requests": ("main", "worker"), "replies": ("worker", "main")}


class Run:
    """A main and a worker with two FIFOs. Every method tells one event at `seconds`."""

    def __init__(
        self,
        started_by: dict[str, str] | None = None,
        messages: events.Framing = "line",
        **session: Any,
    ) -> None:
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
                    events.ChannelInfo(
                        name=name,
                        writer=writer,
                        reader=reader,
                        path=f"/run/{name}",
                        messages=messages,
                    )
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
            events.ProcessStart(t=at(seconds), pid=pid, role=role, ppid=ppid, command=command)
        )

    def state(self, seconds: float, pid: int, state: events.StateName, **more: Any) -> None:
        self.tell(events.State(t=at(seconds), pid=pid, tid=pid, state=state, **more))

    def reads(self, seconds: float, pid: int, channel: str) -> None:
        self.waits(seconds, pid, "read", channel, "data")

    def waits(self, seconds: float, pid: int, call: str, channel: str, end: events.End) -> None:
        wanted = (Wanted(channel=channel, end=end),)
        self.state(seconds, pid, "blocked", call=call, channel=channel, waits_for=wanted)

    def waits_for(self, seconds: float, pid: int, child: int) -> None:
        self.state(seconds, pid, "blocked", call="wait", waits_for=(Wanted(pids=(child,)),))

    def trace(self, seconds: float, *pids: int, why: str | None = None) -> None:
        """From here on the calls of these processes are told; or they are not, and why."""
        for pid in pids:
            event = events.ProcessObserve(t=at(seconds), pid=pid, loaded=why is None, why=why)
            self.tell(event)

    def enters(self, seconds: float, pid: int, call: str, channel: str, **more: Any) -> None:
        self.tell(
            events.CallEnter(
                t=at(seconds), pid=pid, tid=pid, call=call, channel=channel, fd=3, **more
            )
        )

    def returns(
        self,
        seconds: float,
        pid: int,
        call: str,
        channel: str | None,
        result: int | None = 0,
        *,
        began: float | None = None,
        **more: Any,
    ) -> None:
        """A call has returned; it took 10 us, if nothing else is said."""
        t = at(seconds)
        began_at = t - 10_000 if began is None else at(began)
        self.tell(
            events.CallReturn(
                t=t,
                pid=pid,
                tid=pid,
                call=call,
                channel=channel,
                fd=3,
                began=began_at,
                result=result,
                **more,
            )
        )

    def writes(
        self, seconds: float, pid: int, channel: str, text: str | bytes, **more: Any
    ) -> tuple[Message, ...]:
        """A write returned, that wrote the text: what this brought forward."""
        return self._moved("write", seconds, pid, channel, text, **more)

    def takes(
        self, seconds: float, pid: int, channel: str, text: str | bytes, **more: Any
    ) -> tuple[Message, ...]:
        """A read returned the text: what this brought forward."""
        return self._moved("read", seconds, pid, channel, text, **more)

    def _moved(
        self, call: str, seconds: float, pid: int, channel: str, text: str | bytes, **more: Any
    ) -> tuple[Message, ...]:
        data = text.encode() if isinstance(text, str) else text
        kept = escaped(data[: events.DATA_AT_MOST])
        self.returns(seconds, pid, call, channel, len(data), data=kept, **more)
        return self.model.fresh

    def differs(self, seconds: float, channel: str, **how: Any) -> tuple[Message, ...]:
        """The kernel counted otherwise: what this brought forward."""
        self.tell(events.Difference(t=at(seconds), what="they differ", channel=channel, **how))
        return self.model.fresh

    def signal(self, seconds: float, signal: str, to: int, by: int | None = None) -> None:
        """A process sends a signal, or ipcviz does."""
        source: events.Source = "ipcviz" if by is None else "tracer"
        self.tell(events.SignalSend(t=at(seconds), source=source, pid=by, signal=signal, to=to))

    def handles(self, seconds: float, pid: int, signal: str, took: float | None = 0.0) -> None:
        """A handler begins, and ends after `took` seconds unless that is null."""
        t = at(seconds)
        self.tell(events.SignalDeliver(t=t, pid=pid, tid=pid, signal=signal))
        self.tell(events.SignalHandler(t=t, pid=pid, tid=pid, signal=signal))
        if took is not None:
            self.tell(
                events.SignalHandlerEnd(
                    t=at(seconds + took), pid=pid, tid=pid, signal=signal, began=t
                )
            )

    def finds(
        self,
        seconds: float,
        rule: str,
        severity: events.Severity,
        *pids: int,
        channel: str | None = None,
        what: str = "It is so.",
        certain: bool = True,
    ) -> events.Finding:
        """A rule has found something about these processes."""
        finding = events.Finding(
            t=at(seconds),
            source="ipcviz",
            pid=pids[0],
            rule=rule,
            severity=severity,
            certain=certain,
            pids=pids,
            channel=channel,
            what=what,
            why="This is why.",
            do="This helps.",
        )
        self.tell(finding)
        return finding

    def clears(self, seconds: float, rule: str, *pids: int, channel: str | None = None) -> None:
        """What the rule found about them is not true any more."""
        self.tell(events.FindingClear(t=at(seconds), rule=rule, pids=pids, channel=channel))

    def exit(self, seconds: float, pid: int, **how: Any) -> None:
        self.tell(events.ProcessExit(t=at(seconds), pid=pid, **how))

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
                t=at(seconds),
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


def at(seconds: float) -> int:
    """Nanoseconds."""
    return round(seconds * SECOND)
