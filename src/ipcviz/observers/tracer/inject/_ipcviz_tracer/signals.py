"""Signals that the program handles.

A handler is given to Python inside a trampoline, which is taken off again wherever the program
looks at it. The call that the signal interrupted stays the call under way.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]

from . import calls, deferral, rings, sites
from .layout import CALL_BEGAN, CALL_SITE, Kind
from .places import is_ours, nowhere, own
from .tracebacks import attempt, cut, raised_by_handler, sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable

_originals: dict[int, tuple[Any, Any]] = {}
"""By the identity of a trampoline that is in use: it, and the program's handler."""


def _trampoline(handler: Any) -> Any:
    """The handler, with its beginning and end recorded."""
    code = getattr(handler, "__code__", None)

    def run(number: int, interrupted: FrameType | None) -> Any:
        call = None
        if attempt(deferral.put_off, number, interrupted):
            return None
        in_ours = interrupted is not None and is_ours(interrupted.f_code.co_filename)
        ring = rings.main if rings.alone else rings.current()
        under_way = ring.words[CALL_SITE], ring.times[CALL_BEGAN]
        try:
            while interrupted is not None and is_ours(interrupted.f_code.co_filename):
                interrupted = interrupted.f_back
            call = attempt(_begin, number, code, interrupted)
            ring.words[CALL_SITE], ring.times[CALL_BEGAN] = under_way
            result = handler(number, interrupted)
            if call is not None:
                attempt(call.ended, 0)
            return result
        except BaseException as error:
            errno = cut(error)
            if call is not None:
                attempt(call.failed, errno)
            if in_ours:
                raised_by_handler(error)
            raise
        finally:
            if call is None or call.is_here():
                ring.words[CALL_SITE], ring.times[CALL_BEGAN] = under_way

    run.__name__ = run.__qualname__ = getattr(handler, "__name__", "handler")
    run.__module__, run.__doc__ = __name__, None
    trampoline = sealed(run, handler)
    _originals[id(trampoline)] = trampoline, handler
    return trampoline


def _begin(number: int, code: Any, interrupted: FrameType | None) -> calls.Call:
    call = calls.Call(_site(number, code, interrupted))
    call.tell()
    return call


def _site(number: int, code: Any, interrupted: FrameType | None) -> int:
    """The site of a handler: where it is defined, or, if it is C, where it interrupts."""
    if code is not None and hasattr(code, "co_firstlineno"):
        return sites.define_at(Kind.HANDLER, code.co_filename, code.co_firstlineno, number)
    return sites.define(Kind.HANDLER, own(interrupted) if interrupted else nowhere, number, 0, 0)


def _original(handler: Any) -> Any:
    """The program's own handler."""
    return _originals.get(id(handler), (None, handler))[1]


def make_signal(real: Any) -> Callable[..., Any]:
    """A hook for signal.signal."""

    def signal(self: object, *args: Any, **options: Any) -> Any:
        trampoline = None
        try:
            if len(args) == 2 and callable(args[1]) and not options:
                trampoline = attempt(_trampoline, args[1])
                args = args[0], trampoline or args[1]
            replaced = real(*args, **options)
        except BaseException as error:
            _originals.pop(id(trampoline), None)
            cut(error)
            raise
        return _originals.pop(id(replaced), (None, replaced))[1]

    return signal


def make_getsignal(real: Any) -> Callable[..., Any]:
    """A hook for signal.getsignal."""

    def getsignal(self: object, *args: Any, **options: Any) -> Any:
        try:
            return _original(real(*args, **options))
        except BaseException as error:
            cut(error)
            raise

    return getsignal


def watch_interrupts() -> None:
    """Record the handler of SIGINT that Python has set at its start."""
    handler = _signal.getsignal(_signal.SIGINT)
    if callable(handler) and handler is _signal.default_int_handler:
        trampoline = _trampoline(handler)
        try:
            _signal.signal(_signal.SIGINT, trampoline)
        except ValueError:  # not in the main thread of the main interpreter
            _originals.pop(id(trampoline), None)
