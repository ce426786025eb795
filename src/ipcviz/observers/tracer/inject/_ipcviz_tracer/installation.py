"""Puts all hooks in place."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _thread
import builtins
import io
import os
import posix
import time

from . import (
    buffers,
    deferral,
    descriptors,
    forks,
    hooks,
    opening,
    polls,
    processes,
    rings,
    signals,
    sites,
    streams,
    transfers,
)
from .tracebacks import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, Callable

_HOOKS: dict[ModuleType, dict[str, Callable[[Any], Any]]] = {
    posix: {
        "read": transfers.make_read,
        "write": transfers.make_write,
        "readv": transfers.make_readv,
        "writev": transfers.make_writev,
        "open": descriptors.make_open,
        "close": descriptors.make_close,
        "closerange": descriptors.make_closerange,
        "pipe": descriptors.make_pipe,
        "pipe2": descriptors.make_pipe,
        "dup": descriptors.make_duplicate,
        "dup2": descriptors.make_duplicate,
        "kill": processes.make_kill,
        "killpg": processes.make_killpg,
        "wait": processes.make_wait,
        "wait3": processes.make_wait,
        "wait4": processes.make_waitpid,
        "waitpid": processes.make_waitpid,
        "waitid": processes.make_waitid,
        "fork": forks.make_fork,
        "forkpty": forks.make_forkpty,
        "posix_spawn": forks.make_fork,
        "posix_spawnp": forks.make_fork,
    },
    _signal: {
        "signal": signals.make_signal,
        "getsignal": signals.make_getsignal,
        "set_wakeup_fd": deferral.make_set_wakeup_fd,
        "raise_signal": processes.make_raise_signal,
        "pidfd_send_signal": processes.make_pidfd_send_signal,
        "pthread_kill": processes.make_pthread_kill,
        "pause": processes.make_pause,
        "sigwait": processes.make_pause,
        "sigwaitinfo": processes.make_sigwaitinfo,
        "sigtimedwait": processes.make_sigwaitinfo,
    },
    time: {"sleep": processes.make_sleep},
    _thread: {
        "start_new_thread": forks.make_start_thread,
        "start_new": forks.make_start_thread,
        "start_joinable_thread": forks.make_start_thread,
    },
    io: {"open": opening.make_open},
}


def install(directory: str) -> None:
    """Begin to record into files of this directory. Raises OSError if they cannot be made."""
    sites.directory = os.path.abspath(directory)
    sites.begin_anew()
    rings.begin_anew()
    signals.watch_interrupts()
    for module, makers in _HOOKS.items():
        for name, make in makers.items():
            hooks.replace(module, name, make)
    builtins.open = io.open  # the one function of a module in C that another has too
    hooks.sweep()
    hooks.when_imported("select", _hook_select)
    hooks.when_imported("_posixsubprocess", _hook_posixsubprocess)
    hooks.when_imported("fcntl", _hook_fcntl)
    streams.replace()
    os.register_at_fork(after_in_child=_begin_anew)


def _hook_select(select: ModuleType) -> None:
    hooks.replace(select, "select", polls.make_select)
    hooks.replace(select, "poll", polls.make_poll)
    hooks.replace_class(select, "epoll", polls.make_epoll)


def _hook_posixsubprocess(subprocess: ModuleType) -> None:
    hooks.replace(subprocess, "fork_exec", forks.make_fork)


def _hook_fcntl(fcntl: ModuleType) -> None:
    hooks.replace(fcntl, "fcntl", descriptors.make_fcntl)


def _begin_anew() -> None:
    """Go on in a forked process, with files of its own or without."""
    for begin_anew in sites.begin_anew, rings.begin_anew, buffers.begin_anew:
        attempt(begin_anew)  # the directory is gone, or full
