"""What one look cannot see on this machine, in sentences."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from ipcviz.observers.kernel.procfs import read, read_whole
from ipcviz.observers.survey.scan import Scan, Scanned

_FIRST_PID_NAMESPACE = "pid:[4026531836]"
"""PROC_PID_INIT_INO of the kernel: the namespace that every process is in."""
_HIDING = ("1", "noaccess", "2", "invisible", "4", "ptraceable")
"""Values of hidepid (proc(5))."""


def unseen(scan: Scan) -> Iterator[str]:
    """Each limit that could hide somebody who matters."""
    living = [one for one in scan.processes.values() if not one.ended]
    closed = [one for one in living if one.links is None]
    if closed:
        yield f"Cannot see the descriptors and calls of {_count(closed)}{_who_can()}."
    uncalled = [one for one in living if one.links is not None and one.calls is None]
    if uncalled:
        yield f"Cannot see the calls of {_count(uncalled)} ({_restriction()}){_who_can()}."
    if hidden_by_proc():
        yield "Processes of other users are hidden from you (/proc is mounted with hidepid)."
    with contextlib.suppress(OSError):
        if os.readlink("/proc/self/ns/pid") != _FIRST_PID_NAMESPACE:
            yield "Programs outside of this PID namespace are invisible (pid_namespaces(7))."


def hidden_by_proc() -> bool:
    """Whether /proc hides other users' processes from this one: it is mounted so, and this is not
    root, or cannot see the first process either."""
    if not _mounted_with_hidepid():
        return False
    try:
        read("/proc/1/stat")
    except OSError:
        return True
    return os.geteuid() != 0


def _mounted_with_hidepid() -> bool:
    """By the options of the last mount on /proc, which is the one that is seen."""
    lines = read_whole("/proc/self/mountinfo").decode(errors="replace").splitlines()
    mounts = [line for line in lines if line.split()[4] == "/proc"]
    options = mounts[-1].rpartition(" ")[2].split(",") if mounts else []
    return any(
        one.partition("=")[0] == "hidepid" and one.partition("=")[2] in _HIDING for one in options
    )


def _restriction() -> str:
    try:
        scope = read("/proc/sys/kernel/yama/ptrace_scope").decode().strip()
    except OSError:
        return "ptrace(2) is not allowed"
    return f"kernel.yama.ptrace_scope is {scope}"


def _who_can() -> str:
    return "; root can" if os.geteuid() != 0 else ""


def _count(those: list[Scanned]) -> str:
    """`3 processes of other users`."""
    many = f"{len(those)} processes" if len(those) > 1 else "1 process"
    others = all(one.uid != os.geteuid() for one in those)
    return f"{many} of other users" if others else many
