"""One run: joins supervisor, observers, log and model. Every view stands on it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence

from msgspec import structs

from ipcviz import events
from ipcviz.controls import Controls
from ipcviz.diagnoses.judge import Judge
from ipcviz.diagnoses.rules import RULES
from ipcviz.log import Listener, Log
from ipcviz.model import Model
from ipcviz.model.timeline import Timeline
from ipcviz.observers.kernel.observer import Claim, KernelObserver
from ipcviz.observers.tracer.injection import traced
from ipcviz.observers.tracer.observer import TracerObserver
from ipcviz.opening_event import opening_event
from ipcviz.reconcile import Reconciler
from ipcviz.scenarios import keys, steps
from ipcviz.scenarios.schema import Loaded, Scenario
from ipcviz.steps import Line, Steps
from ipcviz.supervisor.guardian import Guardian
from ipcviz.supervisor.supervisor import Supervisor

LOOK_EVERY = 0.05
"""Seconds from one look to the next while something changes, and between two probes while nothing
does. One that took long is followed by as long a rest: half of the time is for the others."""
LOOK_LATEST = 200_000_000
"""Nanoseconds from one look to the next while calls are recorded more quickly than they are told:
these come first, so that they are told in the order of time."""
LOOK_SOON = 0.01
"""Seconds after which the effect of what a program or a person did is looked for."""
LOOK_CLOSELY = (0.005, 0.25)
"""Seconds between two looks, and for how long, after a start, a signal or an end: what these set
going, such as two open() that let each other through, is over soon."""
PUT_OFF_AT_MOST = 100_000_000
"""Nanoseconds after which is judged what looks have shown, though some of it is not told yet."""
AT_REST = 20
"""Probes that find nothing, after which the tracer is asked at every so many only: programs of
which no thread has run have recorded nothing."""
_SETS_GOING = (events.ProcessStart, events.ProcessExit, events.SignalSend, events.Action)


class Session:
    """A scenario being run: its processes, what is known of them, and what can be done to them.

    Use it as an asynchronous context manager: however it is left, its processes are ended and
    its FIFOs removed.
    """

    def __init__(
        self,
        loaded: Loaded,
        guardian: Guardian,
        script: Sequence[Line] | None = None,
        listeners: Sequence[Listener] = (),
    ) -> None:
        """`script`: other steps than the scenario's. `listeners`: hear every event of the run,
        and of each that a reset begins."""
        self.loaded = loaded
        self.script = script_of(loaded.scenario) if script is None else tuple(script)
        self.role_keys = keys.role_keys(loaded.scenario)
        self.changed: Callable[[], None] | None = None
        self.failed: Callable[[], object] | None = None
        """Asked to end the run when a look has failed, which `close` then raises."""
        self._guardian = guardian
        self._listeners = tuple(listeners)
        self._watching: asyncio.Future[None] | None = None
        """Ends only by a mistake in a look, which `close` raises."""
        self._next_look: asyncio.TimerHandle | None = None
        self._quiet_probes = 0
        self._closely_until = 0.0

    async def __aenter__(self) -> Session:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def open(self) -> None:
        """Make the FIFOs and begin to watch. Raises UsageError where they cannot be made."""
        self.log = Log()
        self.model = Model()
        self.timeline = Timeline(self.model)
        self.log.listen(self.model.apply)
        self.log.listen(self.timeline.apply)
        for listener in self._listeners:
            self.log.listen(listener)
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.supervisor = Supervisor(self.loaded, self.log, name, self._guardian, traced)
        paths = self.supervisor.channel_paths
        self.log.append(opening_event(self.loaded, self.role_keys, paths, self.log.now()))
        self.supervisor.open()
        self.observer = KernelObserver(
            self.log,
            paths,
            list(self._claims()),
            self.supervisor.standard_pipes,
            apart={self._guardian.pid},
        )
        self.tracer = TracerObserver(
            self.supervisor.rings,
            self.observer.names,
            self.log.began,
            [name for name, role in self.loaded.scenario.roles.items() if role.observe == "kernel"],
        )
        self.log.merge(self.tracer)
        self.judge = Judge(self.model, RULES)
        self._put_off: int | None = None
        """Since when looks have not been told in full."""
        self.reconciler = Reconciler(self.log, self.model)
        self.controls = Controls(self.loaded.scenario, self.supervisor, self.model, self.log)
        self.steps = Steps(self.script, self.controls, self.model, self.log, self.look)
        self.log.listen(self._heard)
        self._watching = asyncio.get_running_loop().create_future()
        self._look_within(LOOK_EVERY)

    async def close(self) -> None:
        """End every process of the run, remove its FIFOs; the log ends with how things stood
        before. Calling it again does nothing."""
        watching, self._watching = self._watching, None
        if watching is None:
            return
        watching.cancel()
        summary = self.summary()
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await watching
        finally:
            try:
                await self.supervisor.close()
            finally:
                self.observer.close()
                self.tracer.close()
                self.log.append(structs.replace(summary, t=self.log.now()))

    async def reset(self) -> None:
        """End the run and begin the same anew: log, model and timeline are new objects.

        Raises UsageError where it cannot be begun, and ControlError where the old one could not
        be cleaned up, after the new one has begun.
        """
        try:
            await self.close()
        finally:
            await self.open()

    async def restart(self, role: str) -> None:
        """Start a role by hand; where it runs, end it first with all that it started.

        Raises ControlError with a sentence where that cannot be done.
        """
        await self.controls.restart(role, self.look)
        self.steps.started_by_hand(role)

    def look(self) -> None:
        """Look at every process and pipe now, and write down what changed: calls that were made
        until then, too."""
        self._quiet_probes = 0
        began = self.log.now()
        self.observer.look(self.supervisor.children)
        if not self.observer.undecided:
            self.tracer.looked(began)
        moment = self.observer.moment
        self.log.catch_up(moment)
        agreed = self.observer.agreed and self.tracer.told_all(moment)
        self.reconciler.compare(agreed, self.observer.contents, moment)
        self._judge_look(moment)
        for pid in self.observer.orphans:
            self.supervisor.reap(pid)

    def summary(self) -> events.Summary:
        """How things stand: what each pipe holds and how each role ended, or what it does."""
        channels = {
            channel.name: channel.summary(self.model.traced)
            for channel in self.model.channels.values()
            if channel.info is not None
        }
        roles = {}
        for role in self.model.roles.values():
            end = role.exit
            roles[role.name] = events.RoleSummary(
                pid=role.process.pid if role.process is not None else None,
                exit=None if end is None else end.signal or end.code,
                state=role.state,
            )
        return events.Summary(
            t=self.log.now(),
            source="ipcviz",
            channels=channels,
            roles=roles,
            requests=self.model.requests if self.model.traced else None,
            replies=self.model.replies if self.model.traced else None,
            findings=tuple(finding.info for finding in self.model.gravest_findings),
            dropped=self.model.dropped,
        )

    def _judge_look(self, moment: int) -> None:
        """Judge what a look has shown, once all of it is told; but do not put that off for long,
        since somebody may always be about to start, or make calls more quickly than they are told.
        """
        if self.observer.whole and not self.tracer.behind:
            self._put_off = None
        elif self._put_off is None:
            self._put_off = moment
        if self._put_off is None or moment - self._put_off > PUT_OFF_AT_MOST:
            self._judge(moment)

    def _judge(self, moment: int) -> None:
        """Tell what is wrong as the last look has shown it, and what is not any more. Between two
        looks what is told of calls does not go together with what is told of waits."""
        for event in self.judge.judge(moment):
            self.log.append(event)

    def _watch(self) -> None:
        self._next_look = None
        if self._watching is None or self._watching.done():
            return
        began = time.monotonic()
        try:
            self._look_if_needed()
        except Exception as error:
            self._watching.set_exception(error)
            if self.failed is not None:
                self.failed()
            return
        now = time.monotonic()
        every = LOOK_CLOSELY[0] if now < self._closely_until else LOOK_EVERY
        if self.tracer.behind:
            every = 0.0
        self._look_within(max(every - (now - began), now - began))

    def _look_if_needed(self) -> None:
        if self.observer.quiet():
            now = self.log.now()
            if self.judge.due is not None and self.judge.due <= now:
                self._judge(now)
            self._quiet_probes += 1
            at_rest = self._quiet_probes > AT_REST and not self.tracer.behind
            if at_rest and self._quiet_probes % AT_REST:
                return
            self.log.catch_up()
            if not self.tracer.unknown:
                return
        else:
            self.log.catch_up()
        if not self.tracer.behind or self.log.now() - self.observer.moment > LOOK_LATEST:
            self.look()

    def _look_within(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        if self._next_look is not None:
            if self._next_look.when() <= loop.time() + seconds:
                return
            self._next_look.cancel()
        self._next_look = loop.call_later(seconds, self._watch)

    def _heard(self, event: events.Event) -> None:
        if event.source == "ipcviz":
            self._look_within(LOOK_SOON)
            if isinstance(event, _SETS_GOING):
                self._closely_until = time.monotonic() + LOOK_CLOSELY[1]
        if self.changed is not None:
            self.changed()

    def _claims(self) -> Iterator[Claim]:
        for name, role in self.loaded.scenario.roles.items():
            if role.started_by is not None:
                yield Claim(name, role.started_by, role.match)


def script_of(scenario: Scenario) -> tuple[Line, ...]:
    """The scenario's own steps, read."""
    return tuple(Line(steps.parse(step.do), step.say) for step in scenario.steps)
