"""A control group of its own, to freeze processes in. cgroups(7)."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

import pytest

from waiting import wait_until

_MOUNT = re.compile(r"^\S+ (\S+) cgroup2 ", re.MULTILINE)


class ControlGroup:
    """One of version 2. The test is skipped where there is none, or where none may be made."""

    def __init__(self) -> None:
        mount = _MOUNT.search(Path("/proc/self/mounts").read_text())
        if mount is None:
            pytest.skip("needs control groups of version 2")
        self.directory = Path(mount[1], f"ipcviz-test-{secrets.token_hex(4)}")
        try:
            self.directory.mkdir()
        except OSError:
            pytest.skip("needs to be allowed to make a control group")

    def add(self, pid: int) -> None:
        """Move a process into it."""
        (self.directory / "cgroup.procs").write_text(str(pid))

    def freeze(self, frozen: bool) -> None:
        """Freeze all of it, or thaw it, and wait until that is so."""
        (self.directory / "cgroup.freeze").write_text(str(int(frozen)))
        events = self.directory / "cgroup.events"
        wait_until(lambda: f"frozen {int(frozen)}" in events.read_text(), "all are frozen, or none")

    def close(self) -> None:
        """Thaw and end whoever is in it, and remove it."""
        if not self.directory.exists():
            return
        self.freeze(False)
        processes = self.directory / "cgroup.procs"
        for pid in processes.read_text().split():
            os.kill(int(pid), 9)
        wait_until(lambda: "populated 0" in (self.directory / "cgroup.events").read_text(), "empty")
        self.directory.rmdir()
