"""Signals that a process takes at a time of its own choosing, so that it can well block them."""

from __future__ import annotations

import re

from ipcviz.observers.kernel.cut import ProcessLook, ThreadLook
from ipcviz.observers.kernel.descriptors import Descriptors, fdinfo
from ipcviz.observers.kernel.procfs import memory
from ipcviz.observers.kernel.signal_sets import blocked_by
from ipcviz.observers.kernel.waits import SignalWait, Wait

_SIGNALFD = "anon_inode:[signalfd]"
_MASK = re.compile(rb"sigmask:\s*([0-9a-f]+)")
_MASK_AT = {"ppoll": 3, "pselect6": 5, "epoll_pwait": 4, "epoll_pwait2": 4}
"""Which argument of a call leads to the mask that it sets for as long as it waits."""
_POINTER = 8


def accepted(look: ProcessLook) -> int:
    """The mask of those signals, among the ones that wait and are blocked. They are read from a
    signalfd(2), or were seen to be waited for by this program."""
    waiting = look.signals.pending & look.signals.blocked if look.signals is not None else 0
    if not waiting:
        return 0
    seen = look.process.awaited_signals.get(look.process.command, 0)
    return waiting & (seen | _read_by_signalfd(look.pid, look.descriptors or {}))


def remember_awaited(look: ProcessLook, one: ThreadLook, wait: Wait) -> None:
    """Remember the signals that a thread waits for now, and else may block."""
    awaited, command = look.process.awaited_signals, look.process.command
    if isinstance(wait, SignalWait) and wait.mask is not None:
        awaited[command] = awaited.get(command, 0) | wait.mask
    elif _sets_a_mask(look.pid, wait.name, one.call):
        try:
            awaited[command] = awaited.get(command, 0) | ~blocked_by(one.thread, one.runs)
        except (OSError, ValueError):
            return


def _sets_a_mask(pid: int, name: str | None, call: bytes | None) -> bool:
    """Whether a call lets signals come only for as long as it waits."""
    if name == "rt_sigsuspend":
        return True
    if name not in _MASK_AT or call is None:
        return False
    address = int(call.split()[1 + _MASK_AT[name]], 16)
    if name == "pselect6" and address:  # there it leads to the mask's address and size
        address = int.from_bytes(memory(pid, address, _POINTER), "little")
    return address != 0


def _read_by_signalfd(pid: int, descriptors: Descriptors) -> int:
    """The mask of the signals that a signalfd(2) of the process takes."""
    mask = 0
    for descriptor in descriptors.values():
        if descriptor.target == _SIGNALFD:
            try:
                found = _MASK.search(fdinfo(pid, descriptor.fd))
            except OSError:
                continue
            mask |= int(found[1], 16) if found else 0
    return mask
