"""Processes: how they start and end, what their threads do, what they print."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import UNSET, Struct, UnsetType

from ipcviz.events.channel import End
from ipcviz.events.event import Event

StateName = Literal["running", "ready", "sleeping", "blocked", "stopped", "zombie", "exited"]
STATE_NAMES: tuple[str, ...] = ("not started", *get_args(StateName))
"""Every state a role can be in, in the words of the screen and of `wait ROLE STATE`."""

TERMINAL = "the terminal"
"""How State.on begins where somebody at a terminal is waited for."""
SOCKET = "a socket"
"""How State.on begins where a connected socket is waited on."""
EVENT_COUNTER, SIGNAL_DESCRIPTOR = "an event counter", "a signal"
"""State.on and Wanted.on of what mostly wakes a process by itself: eventfd(2), signalfd(2)."""


class ProcessStart(Event, tag="process.start", kw_only=True, frozen=True):
    """A process appeared: started by ipcviz, or found below a process that was. `orphaned`: the
    process that had started it has ended, and another stands in for its parent. `session`: that
    of setsid(2), null in a run, whose processes belong together anyway."""

    ppid: int
    command: tuple[str, ...]
    orphaned: bool = False
    session: int | None = None


class ProcessFork(Event, tag="process.fork", kw_only=True, frozen=True):
    """A process forked `child`: which is told to have started when it is seen."""

    child: int


class ProcessObserve(Event, tag="process.observe", kw_only=True, frozen=True):
    """Whether the calls of a process can be told, from here on. `loaded` false: they cannot,
    `why` says for which reason, and only the kernel's view is left."""

    loaded: bool
    why: str | None = None


class ProcessExec(Event, tag="process.exec", kw_only=True, frozen=True):
    """A process runs another program now; `role` is set where this made it a role's process."""

    command: tuple[str, ...]


class ProcessExit(Event, tag="process.exit", kw_only=True, frozen=True):
    """A process ended and was reaped: with `code`, or by `signal`; neither where nobody could
    tell ipcviz."""

    code: int | None = None
    signal: str | None = None


class ProcessStop(Event, tag="process.stop", kw_only=True, frozen=True):
    """Every thread of a process was stopped, by SIGSTOP or its kin: `signal`, null where the
    kernel does not tell."""

    signal: str | None = None


class ProcessContinue(Event, tag="process.continue", kw_only=True, frozen=True):
    """A stopped process goes on."""


class Wanted(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """One thing that would end a wait; `on` is it in words, where it is nothing of the others.

    pids: whose end is waited for; of a lock, its holders. peers: who is at the other end of a
    socket.
    """

    pids: tuple[int, ...] = ()
    channel: str | None = None
    end: End | None = None
    lock: str | None = None
    signal: str | None = None
    on: str | None = None
    peers: tuple[int, ...] = ()


class State(Event, tag="state", kw_only=True, frozen=True):
    """What one thread does, as the kernel says.

    call: the family of the system call it sleeps in (openat is `open`, wait4 is `wait`); null
        where the kernel would not tell. `syscall` is the exact name where it differs.
    channel: the pipe it is on; `on`: what it is on where that is no pipe, in words.
    timed: the wait ends by itself; `limit`: so many seconds after it began, where that is known.
    releasers: who could end the wait, null where that cannot be known.
    agreed: two equal reads of everything stand behind this (a consistent cut).
    path_gone: it waits on a FIFO that its path no longer leads to.
    since: when the thread fell asleep or was stopped, as far as that was seen, where this event
        is not the first to tell of it.
    """

    state: StateName
    call: str | None | UnsetType = UNSET
    syscall: str | None = None
    fd: int | None = None
    channel: str | None = None
    on: str | None = None
    timed: bool = False
    limit: float | None = None
    waits_for: tuple[Wanted, ...] = ()
    releasers: tuple[int, ...] | None | UnsetType = UNSET
    agreed: bool = False
    path_gone: bool = False
    since: int | None = None

    @property
    def began(self) -> int:
        """When the thread came to be in this state, in nanoseconds since the run began."""
        return self.t if self.since is None else self.since


class Counts(Event, tag="counts", kw_only=True, frozen=True):
    """How much a process has read and written so far, be it from pipes or from anything else, in
    calls and in bytes: syscr, rchar, syscw and wchar of /proc/PID/io (proc_pid_io(5)). Told only
    of processes of whom a rule asks for it."""

    reads: int
    read_bytes: int
    writes: int
    written_bytes: int


class Output(Event, tag="output", kw_only=True, frozen=True):
    """One line, or a piece of a long one, that a process wrote to `stream`; as it was written,
    not cleaned. Bytes that are not UTF-8 stand as \\xNN."""

    stream: Literal["stdout", "stderr"]
    text: str
