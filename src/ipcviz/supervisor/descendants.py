"""Who descends from whom, now. proc_pid_task(5), `children`; proc_pid_stat(5), `ppid`."""

from __future__ import annotations

import os
from collections.abc import Container


def descendants(root: int, without: Container[int] = ()) -> list[int]:
    """Every process below `root`, zombies too, a parent before its children. Those in
    `without`, and all below them, are left out."""
    family = [root]
    seen = {root}
    for pid in family:
        fresh = [one for one in children(pid) if one not in seen and one not in without]
        seen.update(fresh)
        family += fresh
    return family[1:]


def children(pid: int) -> list[int]:
    """The children of a process, zombies too; none if it has ended."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as listing:
                found += map(int, listing.read().split())
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def is_below(pid: int, root: int, without: Container[int] = ()) -> bool:
    """Whether a process descends from `root`, and not by way of one in `without`."""
    while pid not in without:
        parent = _parent(pid)
        if parent == root:
            return True
        if not parent:
            return False
        pid = parent
    return False


def _parent(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as stat:
            # The program's name stands in brackets and may hold anything, brackets too.
            return int(stat.read().rpartition(b")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None
