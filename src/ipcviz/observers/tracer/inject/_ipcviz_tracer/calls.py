"""What the hooks of calls share that are not so frequent: a call's beginning and its record."""

from __future__ import annotations

import time

from . import rings, sites
from .layout import CALL_BEGAN, CALL_SITE, UNFINISHED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_now = time.monotonic


class Call:
    """A call under way, from its making until it is `ended` or has `failed`."""

    __slots__ = ("_began", "_ring", "_site", "_slot")

    def __init__(self, site: int) -> None:
        self._site = site
        self._ring = rings.main if rings.alone else rings.current()
        ring = self._ring
        self._began = _now()
        self._slot = self._take()
        ring.words[CALL_SITE] = self._site
        ring.times[CALL_BEGAN] = self._began

    def _take(self) -> tuple[int, int]:
        if not self._site:  # it could not be told
            return 0, 0
        try:
            return self._ring.take()
        except StopIteration:
            return self._ring.more()

    def is_here(self) -> bool:
        """Whether this is still the process that made the call, not one that it forked."""
        return self._ring is (rings.main if rings.alone else rings.current())

    def of(self, kind: int, start: FrameType, descriptor: int, inode: int, device: int) -> None:
        """What it concerns turns out when it has returned."""
        here, _ = sites.find(kind, start)
        self._site = sites.define(kind, here, descriptor, inode, device)

    def tell(self, contents: bytes = b"") -> None:
        """Write a record of its beginning."""
        self.ended(UNFINISHED, contents)
        self._slot = self._take()

    def ended(self, result: int, contents: bytes = b"", moved: int = 0) -> None:
        """Write its record."""
        self._ring.record(self._slot, self._began, result, self._site, 0, contents, moved)

    def failed(self, errno: int, contents: bytes = b"") -> None:
        """Write a record of its failure."""
        self._ring.record(self._slot, self._began, -1, self._site, errno, contents)


def begin(
    kind: int, start: FrameType, descriptor: int = -1, inode: int = 0, device: int = 0
) -> Call:
    """A call begins that concerns no pipe, or this one; `start` is the frame that makes it."""
    here, _ = sites.find(kind, start)
    return Call(sites.define(kind, here, descriptor, inode, device))
