"""What one look cannot see on this machine, in sentences."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from ipcviz.observers.kernel.procfs import read
from ipcviz.observers.survey.scan import Scanned

_FIRST_PID_NAMESPACE = "pid:[4026531836]"
"""PROC_PID_INIT_INO of the kernel: the namespace that every process is in."""


def unseen(scanned: Mapping[int, Scanned]) -> Iterator[str]:
    """Each limit that could hide somebody who matters."""
    closed = [one for one in scanned.values() if one.links is None and one.state not in "ZX"]
    if closed:
        many = f"{len(closed)} processes" if len(closed) > 1 else "1 process"
        others = all(one.uid != os.geteuid() for one in closed)
        whose = " of other users" if others else ""
        yield f"Cannot see what {many}{whose} hold open, nor their calls; root can."
    if _hidden_by_proc(scanned):
        yield "Processes of other users are hidden here (/proc is mounted with hidepid)."
    if os.readlink("/proc/self/ns/pid") != _FIRST_PID_NAMESPACE:
        yield "Processes outside of this PID namespace cannot be seen (pid_namespaces(7))."


def _hidden_by_proc(scanned: Mapping[int, Scanned]) -> bool:
    """Whether /proc hides processes, by the options of the mount that is on top."""
    if os.geteuid() == 0:
        return False
    lines = read("/proc/self/mountinfo", 1 << 20).decode(errors="replace").splitlines()
    mounts = [line for line in lines if line.split()[4] == "/proc"]
    options = mounts[-1].rpartition(" ")[2].split(",") if mounts else []
    hiding = [one.partition("=")[2] for one in options if one.startswith("hidepid=")]
    return any(value not in ("0", "off", "noaccess", "1") for value in hiding)
