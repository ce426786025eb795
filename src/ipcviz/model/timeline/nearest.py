"""At whose lifeline a process is shown."""

from __future__ import annotations

from ipcviz.model.entities import Role
from ipcviz.model.model import Model


def nearest_role(model: Model, pid: int | None) -> Role | None:
    """The role that the process plays, or else the one that it descends from most closely; null
    where there is none."""
    role = model.role_of(pid)
    above: list[int] = []
    while role is None and pid is not None and pid not in above:
        above.append(pid)  # a pid that was used again may seem to descend from itself
        process = model.processes.get(pid)
        pid = process.ppid if process is not None else None
        role = model.role_of(pid)
    return role
