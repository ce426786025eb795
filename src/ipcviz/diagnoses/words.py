"""How a rule names processes, descriptors and lengths of time."""

from __future__ import annotations

from collections.abc import Iterable

from ipcviz.events import Holder
from ipcviz.model import Model
from ipcviz.model.words import joined


def process(model: Model, pid: int, *fds: int) -> str:
    """`worker`, or `sleep (pid 7)`; with descriptors `sleep (pid 7, fd 1)`."""
    known = model.processes.get(pid)
    numbers = f"fd {joined([str(fd) for fd in sorted(fds)])}" if fds else ""
    if known is not None and known.role is not None:
        return f"{known.role} ({numbers})" if numbers else known.role
    program = known.command[0].rpartition("/")[2] if known is not None and known.command else ""
    inside = f"pid {pid}, {numbers}" if numbers else f"pid {pid}"
    return f"{program or 'a process'} ({inside})"


def processes(model: Model, pids: Iterable[int]) -> str:
    """Several, joined."""
    return joined([process(model, pid) for pid in pids])


def holders(model: Model, ends: Iterable[Holder]) -> str:
    """Who holds these ends, each process once with its descriptors."""
    by_pid: dict[int, list[int]] = {}
    for end in ends:
        by_pid.setdefault(end.pid, []).append(end.fd)
    return joined([process(model, pid, *fds) for pid, fds in by_pid.items()])
