"""What the hooks of calls share that are not so frequent: a call's beginning and its record."""

from __future__ import annotations

import time

from . import rings, sites
from .layout import CALL_BEGAN, CALL_SITE, UNFINISHED
from .places import caller
from .tracebacks import DEPTH, attempt, cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, Callable, Optional

    Begin = Callable[..., Optional["Call"]]
    End = Callable[..., None]

_now = time.monotonic


class Call:
    """A call under way, from its making until it is `ended` or has `failed`.

    In a process that was forked meanwhile it does nothing: the record is that of its parent.
    """

    __slots__ = ("_began", "_ring", "_site", "_slot", "contents")

    def __init__(self, site: int, contents: bytes = b"") -> None:
        self._site = site
        self.contents = contents
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

    def tell(self) -> None:
        """Write a record of its beginning."""
        self.ended(UNFINISHED)
        self._slot = self._take()

    def ended(self, result: int, contents: bytes | None = None, moved: int = 0) -> None:
        """Write its record."""
        told = self.contents if contents is None else contents
        if self.is_here():
            self._ring.record(self._slot, self._began, result, self._site, 0, told, moved)

    def failed(self, errno: int) -> None:
        """Write a record of its failure."""
        if self.is_here():
            self._ring.record(self._slot, self._began, -1, self._site, errno, self.contents)


def begin(
    kind: int,
    start: FrameType,
    descriptor: int = -1,
    inode: int = 0,
    device: int = 0,
    contents: bytes = b"",
) -> Call:
    """A call begins that concerns no pipe, or this one; `start` is the frame that makes it."""
    here, _ = sites.find(kind, start)
    return Call(sites.define(kind, here, descriptor, inode, device), contents)


def begin_nothing(start: FrameType, /, *args: Any, **options: Any) -> None:
    """Of some functions it is enough to know what they have done."""


def hooking(begin: Begin, end: End) -> Callable[[Any], Callable[..., Any]]:
    """What makes hooks that record calls of a kind.

    begin: begins a call, given the frame that makes it and its arguments; gives None if it is
    none to record. end: ends it, given that, what it returned and its positional arguments.
    Where one of them fails, as with arguments that the real function will refuse, nothing is
    recorded.
    """

    def make(real: Any) -> Callable[..., Any]:
        def hook(self: object, *args: Any, **options: Any) -> Any:
            call = None
            try:
                call = attempt(begin, caller(DEPTH), *args, **options)
                answer = real(*args, **options)
                attempt(end, call, answer, *args)
                return answer
            except BaseException as error:
                errno = cut(error)
                if call is not None:
                    attempt(call.failed, errno)
                raise

        return hook

    return make
