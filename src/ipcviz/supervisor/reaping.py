"""How a child ended. waitid(2)."""

from __future__ import annotations

import os
from typing import NamedTuple

from ipcviz.scenarios import signals


class Ended(NamedTuple):
    """How a process ended: with an exit code, or by a signal (its name)."""

    code: int | None
    signal: str | None


def reap(kind: int, which: int) -> Ended | None:
    """How a child of ours ended, which takes it off the kernel's table; None while it lives.

    `kind` is os.P_PID or os.P_PIDFD. Raises ChildProcessError if it is no child of ours.
    """
    result = os.waitid(kind, which, os.WEXITED | os.WNOHANG)
    if result is None:
        return None
    if result.si_code == os.CLD_EXITED:
        return Ended(code=result.si_status, signal=None)
    return Ended(code=None, signal=signals.name(result.si_status))
