"""What a run consists of, as the events so far tell it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ipcviz.events import (
    CallEnter,
    CallReturn,
    Counts,
    ProcessExit,
    ProcessObserve,
    RoleInfo,
    SignalHandler,
    Signals,
    State,
    StateName,
)
from ipcviz.model.arrivals import Arrivals
from ipcviz.model.channel import Channel

__all__ = ["Channel", "Place", "Process", "Role"]

OUTPUT_LINES = 500
"""How many lines of a role's output the model keeps."""
HANDLERS_AT_MOST = 64
"""How many handlers that run inside of one another are kept, the innermost."""


def _tellingness(state: State) -> int:
    if state.state == "running":
        return 0
    if state.state == "blocked":
        on_others = state.channel or any(
            wanted.channel or wanted.pids or wanted.signal for wanted in state.waits_for
        )
        return 1 if on_others else 3
    return {"ready": 2, "sleeping": 4, "stopped": 5, "zombie": 6, "exited": 7}[state.state]


class Place(NamedTuple):
    """A line of a program's source."""

    file: str
    line: int


@dataclass
class Process:
    """A process: who started it, what it runs, and the latest state of each of its threads.

    What only a tracer tells: `calls`, that each thread is in, the innermost last (a handler runs
    inside of the call that it interrupted); `latest`, what told last where in its program each
    thread was; `handlers` that have begun and not ended, the innermost last; `buffered`, the bytes
    in its own buffer of each (channel, descriptor).
    """

    pid: int
    ppid: int
    command: tuple[str, ...]
    started: int
    role: str | None = None
    session: int | None = None
    """That of setsid(2); null in a run."""
    orphaned_since: int | None = None
    """When whoever started it was seen to have ended."""
    threads: dict[int, State] = field(default_factory=dict)
    signals: Signals | None = None
    undelivered: dict[str, int] = field(default_factory=dict)
    """The signals that wait and that it takes in no way, since each was seen to."""
    exit: ProcessExit | None = None
    counts: tuple[Counts, ...] = ()
    """The latest two, the newest last: how much it has read and written."""
    stopped_by: str | None = None
    """The signal that stopped it last, where that is known."""
    stopped_by_ipcviz: bool = False
    """It was ipcviz that sent a signal of that kind."""
    ended_by_ipcviz: bool = False
    """A signal that ipcviz or a step sent is what ended it, if a signal did."""
    observed: ProcessObserve | None = None
    """Whether its calls can be told, and why not; null while nobody said."""
    calls: dict[int, tuple[CallEnter, ...]] = field(default_factory=dict)
    latest: dict[int, CallEnter | CallReturn | SignalHandler] = field(default_factory=dict)
    handlers: tuple[SignalHandler, ...] = ()
    buffered: dict[tuple[str, int], int] = field(default_factory=dict)
    _ended_in: tuple[CallEnter, ...] = ()
    _ended_at: Place | None = None
    """The line of the call that it ended in."""
    arrivals: Arrivals = field(init=False)

    def __post_init__(self) -> None:
        self.arrivals = Arrivals(self.pid)

    @property
    def traced(self) -> bool:
        """Its calls are told."""
        return self.observed is not None and self.observed.loaded

    @property
    def untraced(self) -> bool:
        """It is known that its calls are never told."""
        return self.observed is not None and not self.observed.loaded

    @property
    def ended(self) -> int | None:
        """When it was seen to have ended, whether or not somebody has waited for it since."""
        if self.exit is not None:
            return self.exit.t
        telling = self.telling
        return telling.t if telling is not None and telling.state == "zombie" else None

    @property
    def last_calls(self) -> tuple[CallEnter, ...]:
        """The calls that its threads are in, or were in when it ended, as the tracer tells."""
        return self._ended_in or tuple(calls[-1] for calls in self.calls.values())

    @property
    def place(self) -> Place | None:
        """The line that it is at, or was at last: of its most telling thread, else of another.
        A call that a handler interrupted is where it is again once the handler has ended."""
        if self._ended_at is not None:
            return self._ended_at
        telling = self.telling
        for tid in (telling.tid if telling is not None else None, self.pid, *self.latest):
            call = None if self.handlers else self.calls.get(tid or self.pid)
            latest = call[-1] if call else self.latest.get(tid or self.pid)
            if latest is not None and latest.file is not None and latest.line is not None:
                return Place(latest.file, latest.line)
        return None

    def call(self, tid: int | None = None) -> CallEnter | None:
        """The call that a thread (else the main one) is in, as the tracer tells."""
        calls = self.calls.get(tid or self.pid)
        return calls[-1] if calls else None

    def blocked_in(self, call: str, channel: str) -> bool:
        """Whether the kernel shows a thread of it waiting in this call on the channel."""
        return any(
            one.state == "blocked" and one.call == call and one.channel == channel
            for one in self.threads.values()
        )

    @property
    def orphaned(self) -> bool:
        """Whoever started it has ended."""
        return self.orphaned_since is not None

    @property
    def hidden(self) -> bool:
        """Whether ipcviz may not see its calls and its descriptors."""
        return any(state.call is None for state in self.threads.values())

    @property
    def alive(self) -> bool:
        """It has not been reaped (a zombie still counts)."""
        return self.exit is None

    @property
    def telling(self) -> State | None:
        """The state of the thread that says most about the process: running first, then blocked
        on a channel, process or signal, then ready, other waits, sleeping. The main thread
        wins a tie."""
        if len(self.threads) == 1:
            return next(iter(self.threads.values()))  # as of most, and asked for often
        return min(
            self.threads.values(),
            key=lambda state: (_tellingness(state), state.tid != self.pid, state.tid or 0),
            default=None,
        )

    @property
    def state(self) -> StateName:
        """The process's state; a process not yet looked at is running."""
        if self.exit is not None:
            return "exited"
        telling = self.telling
        return telling.state if telling is not None else "running"

    def enter(self, event: CallEnter) -> None:
        """A thread is in a call."""
        tid = event.tid or self.pid
        self.calls[tid] = (*self._interrupted(tid, event.t), event)
        if event.line is not None:
            self.latest[tid] = event

    def leave(self, event: CallReturn) -> None:
        """A call has returned."""
        tid = event.tid or self.pid
        if tid in self.calls:
            interrupted = self._interrupted(tid, event.began)
            if interrupted:
                self.calls[tid] = interrupted
            else:
                del self.calls[tid]
        if event.line is not None:
            self.latest[tid] = event

    def handle(self, event: SignalHandler) -> None:
        """A handler begins."""
        self.handlers = (*self.handlers, event)[-HANDLERS_AT_MOST:]
        if event.line is not None:
            self.latest[event.tid or self.pid] = event

    def handled(self, began: int) -> None:
        """The handler that began then has ended."""
        self.handlers = tuple(one for one in self.handlers if one.t != began)

    def run(self, command: tuple[str, ...]) -> None:
        """It runs another program now, which has neither the handlers nor the buffers of the one
        before it."""
        self.command = command
        self.observed = None
        self.handlers = ()
        self.buffered.clear()

    def end(self, exit: ProcessExit) -> None:
        """It has ended, and only how is still of interest."""
        self.exit = exit
        self._ended_in = self.last_calls
        self._ended_at = self.place if self.calls else None
        self.threads.clear()
        self.calls.clear()
        self.buffered.clear()
        self.handlers = ()

    def snapshot(self) -> Process:
        """A copy that goes its own way."""
        copy = replace(
            self,
            threads=self.threads.copy(),
            undelivered=self.undelivered.copy(),
            calls=self.calls.copy(),
            latest=self.latest.copy(),
            buffered=self.buffered.copy(),
        )
        copy.arrivals = self.arrivals.copy()
        return copy

    def _interrupted(self, tid: int, t: int) -> tuple[CallEnter, ...]:
        """The calls of a thread that a call at this time is inside of: those that a handler
        which still runs interrupted. Any other has returned, told or not."""
        calls = self.calls.get(tid, ())
        if not calls or not self.handlers:
            return ()
        return tuple(
            one for one in calls if one.t < t and any(one.t < run.t for run in self.handlers)
        )


@dataclass
class Role:
    """A role and the process that plays it now, if any."""

    info: RoleInfo
    process: Process | None = None
    starts: int = 0
    output: deque[tuple[str, str]] = field(default_factory=lambda: deque(maxlen=OUTPUT_LINES))
    """(stream, line) as written, not cleaned."""

    @property
    def name(self) -> str:
        """The role's name."""
        return self.info.name

    @property
    def state(self) -> str:
        """A state's name, `not started` included (see events.STATE_NAMES)."""
        return self.process.state if self.process is not None else "not started"

    @property
    def running(self) -> bool:
        """Its process exists and has not been reaped."""
        return self.process is not None and self.process.alive

    @property
    def exit(self) -> ProcessExit | None:
        """How its process ended; null while it has not."""
        return self.process.exit if self.process is not None else None

    @property
    def failed(self) -> bool:
        """It ended as its scenario does not allow; a signal that ipcviz sent is always allowed."""
        if self.process is None or self.exit is None:
            return False
        if self.exit.signal is not None:
            return self.exit.signal not in self.info.exits and not self.process.ended_by_ipcviz
        return self.exit.code is not None and self.exit.code not in self.info.exits

    def snapshot(self, process: Process | None) -> Role:
        """A copy that goes its own way, with this copy of its process."""
        return Role(self.info, process, self.starts, self.output.copy())
