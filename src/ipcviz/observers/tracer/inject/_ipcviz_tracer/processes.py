"""Signals sent, processes waited for, sleeps: calls that concern no descriptor."""

from __future__ import annotations

import posix

from . import calls
from .layout import Kind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

_getpid, _getpgid = posix.getpid, posix.getpgid
_open, _read, _close = posix.open, posix.read, posix.close


def _hooking(
    kind: int,
    contents: Callable[..., str] | None = None,
    result: Callable[[Any], int] = lambda answer: 0,
) -> Callable[[Any], Callable[..., Any]]:
    """What makes hooks for calls of a kind.

    contents: its record's, from the arguments. result: its record's, from what it returns.
    """

    def begin(start: FrameType, /, *args: Any, **options: Any) -> calls.Call:
        text = b"" if contents is None else contents(*args, **options).encode()
        call = calls.begin(kind, start, contents=text)
        if kind == Kind.KILL and _reaches_self(text):
            call.tell()
        return call

    def end(call: calls.Call | None, answer: Any, *args: Any) -> None:
        if call is not None:
            call.ended(result(answer))

    return calls.hooking(begin, end)


def _reaches_self(text: bytes) -> bool:
    """Whether the signal can end the program itself, so that its beginning must be told."""
    return int(text.split()[0]) in (0, -1, _getpid(), -_getpgid(0))


def _own(thread: Any, number: int) -> str:
    return f"{_getpid()} {number:d}"


def _by_pidfd(pidfd: int, number: int, siginfo: Any = None, flags: int = 0) -> str:
    descriptor = _open(f"/proc/self/fdinfo/{pidfd:d}", posix.O_RDONLY | posix.O_CLOEXEC)
    try:
        told = _read(descriptor, 4096).decode()
    finally:
        _close(descriptor)
    pid = told.partition("Pid:")[2].split()[0]
    return f"{pid} {number:d}"


make_kill = _hooking(Kind.KILL, lambda pid, number: f"{pid:d} {number:d}")
make_killpg = _hooking(Kind.KILL, lambda group, number: f"{-group or -_getpgid(0):d} {number:d}")
"""Its group 0 is the caller's own."""
make_raise_signal = _hooking(Kind.KILL, lambda number: _own(None, number))
make_pthread_kill = _hooking(Kind.KILL, _own)
make_pidfd_send_signal = _hooking(Kind.KILL, _by_pidfd)
make_sleep = _hooking(Kind.SLEEP)
make_pause = _hooking(Kind.PAUSE, None, lambda answer: answer if isinstance(answer, int) else 0)
make_sigwaitinfo = _hooking(Kind.PAUSE, None, lambda answer: answer.si_signo if answer else 0)


def _first(answer: Any) -> int:
    pid: int = answer[0]
    return pid


make_wait = _hooking(Kind.WAIT, lambda options=0: "-1", _first)
make_waitpid = _hooking(Kind.WAIT, lambda pid, options: f"{pid:d}", _first)
make_waitid = _hooking(
    Kind.WAIT,
    lambda kind, number, options: f"{number if kind == posix.P_PID else -1:d}",
    lambda answer: answer.si_pid if answer else 0,
)
"""One of what kind is waited for: a process, or any child."""
