"""Processes and threads that the program starts."""

from __future__ import annotations

import sys

from . import calls, rings
from .layout import Kind
from .places import caller
from .tracebacks import DEPTH, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

_MAY_WARN = sys.version_info >= (3, 12)
"""Then a fork warns of other threads, of the line that called it."""


def _make(result: Callable[[Any], int]) -> Callable[[Any], Callable[..., Any]]:
    """What makes hooks for calls that start a process. `result`: the pid, of what it returns."""

    def make(real: Any) -> Callable[..., Any]:
        def hook(self: object, *args: Any, **options: Any) -> Any:
            call = None
            try:
                start = caller(DEPTH)
                call = calls.begin(Kind.FORK, start)
                if _MAY_WARN and not rings.alone:
                    answer = _call_as_if_from(start, real, args, options)
                else:
                    answer = real(*args, **options)
                if call.is_here():
                    call.ended(result(answer))
                return answer
            except BaseException as error:
                errno = cut(error)
                if call is not None and call.is_here():
                    call.failed(errno)
                raise

        return hook

    return make


make_fork = _make(lambda pid: pid)
make_forkpty = _make(lambda pid_and_descriptor: pid_and_descriptor[0])


def _call_as_if_from(start: FrameType, real: Any, args: Any, options: Any) -> Any:
    """Call it in a frame that looks like `start`, for a warning to blame."""
    code = compile("real(*args, **options)", start.f_code.co_filename, "eval")
    code = code.replace(co_firstlineno=start.f_lineno, co_name=start.f_code.co_name)
    try:
        return eval(code, start.f_globals, {"real": real, "args": args, "options": options})
    except BaseException as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            error.__traceback__ = error.__traceback__.tb_next.tb_next
        raise


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
