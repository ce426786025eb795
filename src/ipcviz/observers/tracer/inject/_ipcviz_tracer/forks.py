"""Processes and threads that the program starts."""

from __future__ import annotations

import sys

from . import calls, rings
from .blame import call_as_if_from
from .layout import Kind
from .places import caller
from .tracebacks import DEPTH, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

_MAY_WARN = sys.version_info >= (3, 12)
"""Then a fork warns of other threads, of the line that called it."""


def _begin(start: FrameType, /, *args: Any, **options: Any) -> calls.Call:
    return calls.begin(Kind.FORK, start)


def _hooking(result: Callable[[Any], int]) -> Callable[[Any], Callable[..., Any]]:
    """What makes hooks for calls that start a process. `result`: the pid, of what it returns."""

    def end(call: calls.Call | None, answer: Any, *args: Any) -> None:
        if call is not None:
            call.ended(result(answer))

    hooking = calls.hooking(_begin, end)

    def make(real: Any) -> Callable[..., Any]:
        def warning(*args: Any, **options: Any) -> Any:
            if rings.alone:
                return real(*args, **options)
            return call_as_if_from(caller(1 + DEPTH), real, args, options)

        return hooking(warning if _MAY_WARN else real)

    return make


make_fork = _hooking(lambda pid: pid)
make_forkpty = _hooking(lambda pid_and_descriptor: pid_and_descriptor[0])


def make_start_thread(real: Any) -> Callable[..., Any]:
    """A hook for the functions of _thread that start one."""

    def start_new_thread(self: object, *args: Any, **options: Any) -> Any:
        try:
            rings.not_alone()
            return real(*args, **options)
        except BaseException as error:
            cut(error)
            raise

    return start_new_thread
