"""Finds the files that traced processes make."""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path
from typing import NamedTuple

FILES_AT_MOST = 512
"""Files of a run that are open at once: each holds a descriptor. Others wait until some are
closed."""
_SAME_TIME = 50_000_000
"""Nanoseconds. Two changes of a directory may bear the same time if they follow each other
closely: it goes by the kernel's ticks."""
_NAME = re.compile(r"(\d{1,10})\.(?:(\d{1,10})\.([\da-f]{1,16})\.ring|([\da-f]{1,16})\.sites|why)")


class Found(NamedTuple):
    """A file of a traced process. `kind`: `ring`, of the thread `tid`; `sites`; or `why` it is
    not traced. `made`: when, on a clock that goes on."""

    made: int
    kind: str
    path: Path
    pid: int
    tid: int


class RingDirectory:
    """The directory of a run's rings."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = 0
        self._known: set[str] = set()

    def new(self) -> list[Found]:
        """The files that were not there before, in the order in which they were made. Costs one
        call while nothing changes."""
        try:
            changed = os.stat(self._path).st_mtime_ns
            if changed == self._changed:
                return []
            if time.time_ns() - changed > _SAME_TIME:
                self._changed = changed
            names = os.listdir(self._path)
        except OSError:  # it is removed at the end of the run
            return []
        self._known.intersection_update(names)
        found = sorted(filter(None, map(self._recognised, self._known.symmetric_difference(names))))
        del found[max(0, FILES_AT_MOST - len(self._known)) :]
        self._known.update(one.path.name for one in found)
        return found

    def remove(self, path: Path) -> None:
        """Remove a file that was found: its process has ended, or nothing can be read of it."""
        self._known.discard(path.name)
        with contextlib.suppress(OSError):
            path.unlink()

    def _recognised(self, name: str) -> Found | None:
        match = _NAME.fullmatch(name)
        if match is None:
            return None
        made = int(match[3] or match[4] or "0", 16)
        kind = name.rpartition(".")[2]
        return Found(made, kind, self._path / name, int(match[1]), int(match[2] or 0))
