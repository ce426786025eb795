"""What a run consists of, as the events so far tell it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from ipcviz.events import (
    ChannelInfo,
    Holder,
    ProcessExit,
    RoleInfo,
    Signals,
    State,
    StateName,
)

OUTPUT_LINES = 500
"""How many lines of a role's output the model keeps."""


def _tellingness(state: State) -> int:
    if state.state == "running":
        return 0
    if state.state == "blocked":
        on_others = state.channel or any(
            wanted.channel or wanted.pids or wanted.signal for wanted in state.waits_for
        )
        return 1 if on_others else 3
    return {"ready": 2, "sleeping": 4, "stopped": 5, "zombie": 6, "exited": 7}[state.state]


@dataclass
class Process:
    """A process: who started it, what it runs, and the latest state of each of its threads."""

    pid: int
    ppid: int
    command: tuple[str, ...]
    started: int
    role: str | None = None
    threads: dict[int, State] = field(default_factory=dict)
    signals: Signals | None = None
    exit: ProcessExit | None = None
    ended_by_ipcviz: bool = False
    """A signal that ipcviz or a step sent is what ended it, if a signal did."""

    @property
    def alive(self) -> bool:
        """It has not been reaped (a zombie still counts)."""
        return self.exit is None

    @property
    def telling(self) -> State | None:
        """The state of the thread that says most about the process: running first, then blocked
        on a channel, process or signal, then ready, other waits, sleeping. The main thread
        wins a tie."""
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


@dataclass
class Channel:
    """A pipe: what is declared of it, what it holds, and who holds its ends."""

    name: str
    info: ChannelInfo | None = None
    kind: str = "fifo"
    path: str | None = None
    inode: int | None = None
    present: bool = True
    queued: int | None = None
    capacity: int | None = None
    readers: tuple[Holder, ...] = ()
    writers: tuple[Holder, ...] = ()

    @property
    def contents(self) -> int | None:
        """Bytes in it. A pipe that nobody holds is empty: what was in it went with the last
        holder (fifo(7)). Null where holders are known, but none of them could be asked."""
        return self.queued if self.holders else 0

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Each descriptor that is an end of it, once."""
        return self.readers + tuple(one for one in self.writers if one.mode == "write")
