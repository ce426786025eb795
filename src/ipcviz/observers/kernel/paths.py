"""What leads to a pipe, and where that leads now."""

from __future__ import annotations

from msgspec import Struct

from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.native import File, Key

_DELETED = " (deleted)"


class Lead(Struct, frozen=True):
    """How a pipe was found: by a path that somebody waits for in open(2), or by a descriptor.

    path: as a person would write it, or `pipe:[INODE]`. locator: the path through /proc, as the
    process sees it. link: that of the descriptor (proc_pid_fd(5)), null where there is none.
    """

    path: str
    locator: str | bytes
    link: str | None = None

    def instead(self, key: Key) -> str | None:
        """What is found there now, in words, instead of this pipe; null where it is found. Who
        holds a FIFO found it under a name that may have changed since: as long as it has a name at
        all, others can find it, too."""
        if key[0] == 0 or (self.link is not None and _has_a_name(self.link)):
            return None
        return instead(standing_at(self.locator), key)


def by_descriptor(pid: int, fd: int, target: str) -> Lead:
    """What a descriptor leads to. `target`: what its link says."""
    link = f"/proc/{pid}/fd/{fd}"
    if not target.endswith(_DELETED) or _has_a_name(link):
        return Lead(target, target, link)
    path = target.removesuffix(_DELETED)
    return Lead(path, f"/proc/{pid}/root{path}", link)


def standing_at(path: str | bytes) -> File | None:
    """What stands at a path; null where nothing does, or where one may not look."""
    try:
        return native.identify(path)
    except OSError:
        return None


def instead(file: File | None, key: Key) -> str | None:
    """What was found, in words, where it is not this pipe: `nothing`, `another FIFO`, `a regular
    file`."""
    if file is None:
        return "nothing"
    if not file.is_fifo:
        return file.kind
    return None if file.key == key else "another FIFO"


def _has_a_name(link: str) -> bool:
    try:
        return native.identify(link).names > 0
    except OSError:
        return True
