"""Signals sent, processes waited for, sleeps: calls that concern no descriptor."""

from __future__ import annotations

import posix

from . import calls
from .layout import Kind
from .places import caller
from .tracebacks import DEPTH, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    Contents = Callable[..., str]
    Result = Callable[[Any], int]

_getpid, _getpgid = posix.getpid, posix.getpgid


def _make(
    kind: int,
    contents: Contents | None = None,
    result: Result | None = None,
    ends_self: Callable[..., bool] | None = None,
) -> Callable[[Any], Callable[..., Any]]:
    """What makes hooks for calls of a kind.

    contents: its record's, from the arguments. result: its record's, from what it returns.
    ends_self: whether it can end the program, so that its beginning must be told.
    """

    def make(real: Any) -> Callable[..., Any]:
        def hook(self: object, *args: Any, **options: Any) -> Any:
            call, text = None, b""
            try:
                call = calls.begin(kind, caller(DEPTH))
                if contents is not None:
                    text = _told(contents, args, options)
                if ends_self is not None and text and ends_self(*args):
                    call.tell(text)
                answer = real(*args, **options)
                call.ended(0 if result is None else result(answer), text)
                return answer
            except BaseException as error:
                errno = cut(error)
                if call is not None:
                    call.failed(errno, text)
                raise

        return hook

    return make


def _told(contents: Contents, args: Any, options: Any) -> bytes:
    try:
        return contents(*args, **options).encode()
    except (TypeError, ValueError):  # as the real one will say
        return b""


def _reaches_self(pid: Any, number: Any = 0) -> bool:
    return pid in (0, -1, _getpid(), -_getpgid(0))


make_kill = _make(Kind.KILL, "{:d} {:d}".format, None, _reaches_self)
make_killpg = _make(
    Kind.KILL,
    lambda group, number: f"{-group or -_getpgid(0):d} {number:d}",
    None,
    lambda group, number: group in (0, _getpgid(0)),
)
"""Its group 0 is the caller's own."""
make_raise_signal = _make(
    Kind.KILL, lambda number: f"{_getpid()} {number:d}", None, lambda number: True
)
make_pthread_kill = _make(
    Kind.KILL, lambda thread, number: f"{_getpid()} {number:d}", None, lambda *_: True
)
make_sleep = _make(Kind.SLEEP)
make_pause = _make(Kind.PAUSE, None, lambda answer: answer if isinstance(answer, int) else 0)
make_sigwaitinfo = _make(Kind.PAUSE, None, lambda answer: answer.si_signo if answer else 0)


def _first(answer: Any) -> int:
    pid: int = answer[0]
    return pid


make_wait = _make(Kind.WAIT, lambda options=0: "-1", _first)
make_waitpid = _make(Kind.WAIT, lambda pid, options: f"{pid:d}", _first)
make_waitid = _make(
    Kind.WAIT,
    lambda kind, number, options: f"{number if kind == posix.P_PID else -1:d}",
    lambda answer: answer.si_pid if answer else 0,
)
"""One of what kind is waited for: a process, or any child."""
