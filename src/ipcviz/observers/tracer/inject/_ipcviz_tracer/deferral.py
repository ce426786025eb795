"""Puts off handlers that interrupt the hook of a file where they would never interrupt C.

No handler runs between write(2) and C's note of what was written, nor between the two texts that
print writes. Where a hook stands in between there is bytecode, and there Python runs handlers: one
that raises would make C believe that nothing was written or read. So such a signal comes once more
when the hook has returned to C: then the handler runs where it would have run.

In the real call itself, which handlers do interrupt (EINTR), they run at once. A hook shows where
it is by its variable `done`: not there before the real call, empty during it, and what was
returned afterwards. C fills it, in the same instruction that makes the call.
"""

from __future__ import annotations

import _thread
import posix
import sys
from _functools import partial  # type: ignore[import-not-found]

from . import calls
from .places import is_ours
from .tracebacks import called_hook

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any, Callable

_hooks: dict[CodeType, bool] = {}
"""Code that C calls, and whether a handler is put off before the real call, too."""
_wakeup_fd = -1
"""What signal.set_wakeup_fd was told last."""
_kill, _getpid = posix.kill, posix.getpid


def protect(hook: Any, before: bool) -> None:
    """Let no handler run in this hook after its real call, and `before` says if before it."""
    _hooks[hook.__code__] = before


def put_off(number: int, interrupted: FrameType | None) -> bool:
    """Whether this signal is to come again later, since it may not be handled here."""
    here, done = interrupted, None
    while here is not None and is_ours(here.f_code.co_filename):
        if done is None:
            done = here.f_locals.get("done")
        before = _hooks.get(called_hook(here))
        if before is not None:
            if before if done is None else done:
                return _send_after(here, number)
            return False
        here = here.f_back
    return False


def _send_after(hook: FrameType, number: int) -> bool:
    """Send a signal anew when the call of a hook has ended; false if that cannot be."""
    if _wakeup_fd != -1:  # An event loop would take it for two.
        return False
    # What else is in a frame's locals ends with it, after all of its bytecode.
    hook.f_locals[f" signal {number}"] = _sender(number)
    return True


def _sender(number: int) -> Any:
    """An object whose end sends a signal, by nothing but C: bytecode would be interrupted."""
    if sys.version_info >= (3, 10):
        send = partial(_thread.interrupt_main, number)
    else:
        send = partial(_kill, _getpid(), number)
    return type("sender", (), {"__del__": staticmethod(send)})()


def _set_wakeup_fd(call: None, before: int, fd: Any, *args: Any) -> None:
    global _wakeup_fd
    _wakeup_fd = fd


make_set_wakeup_fd: Callable[[Any], Callable[..., Any]] = calls.hooking(
    calls.begin_nothing, _set_wakeup_fd
)
