"""What a run has left behind, looked for without any code of ipcviz."""

from __future__ import annotations

import os
from pathlib import Path


def processes_of(session_id: str) -> list[int]:
    """The living processes that belong to a session: its id stands in their environment."""
    mark = f"IPCVIZ_SESSION={session_id}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark in environment.split(b"\0"):
            found.append(int(folder.name))
    return found


def lives(pid: int) -> bool:
    """Whether the process is there and no zombie."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    return "\nState:\tZ" not in status


def rings_of(pid: int) -> list[Path]:
    """The directories in shared memory in which programs recorded for this ipcviz."""
    return list(Path("/dev/shm").glob(f"ipcviz-{os.geteuid()}/{pid}-*"))
