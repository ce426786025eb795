"""Whom to look at closely: those who wait, and all on whom a rule about them hangs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set

from ipcviz.events import State
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.survey.scan import Scanned

_ON_A_DESCRIPTOR = ("read", "write", "splice", "tee", "vmsplice")
_WAITING = ("open", "wait", "lock")
_LOCKING = ("futex",)
_INIT = 1


class Ends:
    """Of each pipe those who can read from it, and those who can write to it."""

    def __init__(self, scanned: Iterable[Scanned]) -> None:
        self.readers: dict[Key, set[int]] = {}
        self.writers: dict[Key, set[int]] = {}
        for one in scanned:
            for key, reads, writes in one.ends.values():
                if reads:
                    self.readers.setdefault(key, set()).add(one.pid)
                if writes:
                    self.writers.setdefault(key, set()).add(one.pid)

    def holders(self, key: Key) -> set[int]:
        """Everybody who holds an end of it."""
        return self.readers.get(key, set()) | self.writers.get(key, set())


def suspects(scanned: Mapping[int, Scanned], ends: Ends, apart: Set[int]) -> Iterator[int]:
    """Those of whom a rule may have something to say: who waits on a pipe, a FIFO, a child or a
    lock, is stopped, has ended, or holds an end whose other end is gone. Not so who is `apart`."""
    parents = {one.ppid for one in scanned.values() if one.state == "Z"}
    for one in scanned.values():
        if one.pid in apart:
            continue
        ended_or_stopped = one.state in "ZTt" or one.pid in parents
        lonely = any(_lonely(ends, *end) for end in one.ends.values())
        if ended_or_stopped or one.unread or waits(one) or locked(one) or lonely:
            yield one.pid


def waits(one: Scanned) -> bool:
    """Whether a thread of it waits on a pipe, a FIFO, a child, or a lock of a file; a poll() may
    be on any of the pipes that it holds."""
    return any(
        family in _WAITING
        or (family in _ON_A_DESCRIPTOR and _fd(first) in one.ends)
        or (family == "poll" and bool(one.ends))
        for family, first in one.calls
    )


def locked(one: Scanned) -> bool:
    """Whether all of its threads sleep in a futex: one of them may wait for another."""
    return bool(one.calls) and all(family in _LOCKING for family, _ in one.calls)


def closure(
    pids: Iterable[int], scanned: Mapping[int, Scanned], ends: Ends, apart: Set[int]
) -> set[int]:
    """These processes, with all around them, all around those, and so on; who is set `apart` may be
    among them, but leads no further."""
    found: set[int] = set()
    todo = [pid for pid in pids if pid in scanned]
    while todo:
        pid = todo.pop()
        if pid not in found:
            found.add(pid)
            todo += around(pid, scanned, ends) if pid not in apart else ()
    return found


def around(pid: int, scanned: Mapping[int, Scanned], ends: Ends) -> set[int]:
    """Whoever holds the pipes that a process may wait on, its children if it waits for any or one
    has ended, and the parent of one that has ended."""
    one = scanned[pid]
    found: set[int] = set()
    for family, first in one.calls:
        if family == "poll":
            found = found.union(*(ends.holders(key) for key, _, _ in one.ends.values()))
        elif _fd(first) in one.ends and family in _ON_A_DESCRIPTOR:
            found |= ends.holders(one.ends[_fd(first)][0])
    if any(family == "wait" for family, _ in one.calls):
        found |= {other.pid for other in scanned.values() if other.ppid == pid}
    if one.state == "Z":
        found.add(one.ppid)
    return found & scanned.keys()


def sharing(link: str | None, scanned: Mapping[int, Scanned]) -> set[int]:
    """Whoever has a descriptor that leads there."""
    if link is None:
        return set()
    return {one.pid for one in scanned.values() if link in (one.links or {}).values()}


def unseen_near(pids: Set[int], scanned: Mapping[int, Scanned]) -> set[int]:
    """Those of whom one may not see what they hold open, though it may be what these do: they
    descend from one of these, if it is not init, or are of the session of one."""
    sessions = {scanned[pid].session for pid in pids if pid in scanned}
    starters = pids - {_INIT}
    return {
        one.pid
        for one in scanned.values()
        if one.links is None
        and (one.session in sessions or not starters.isdisjoint(ancestors(one.pid, scanned)))
    }


def named_in(states: Iterable[State]) -> set[int]:
    """Whoever could end one of these waits, or is waited for."""
    found: set[int] = set()
    for state in states:
        if isinstance(state.releasers, tuple):
            found.update(state.releasers)
        for wanted in state.waits_for:
            found.update(wanted.pids, wanted.peers)
    return found


def ancestors(pid: int, scanned: Mapping[int, Scanned]) -> Iterator[int]:
    """Its parent, that one's parent, and so on."""
    one = scanned.get(pid)
    seen = {pid}
    while one is not None and one.ppid in scanned and one.ppid not in seen:
        seen.add(one.ppid)
        yield one.ppid
        one = scanned[one.ppid]


def orphaned(one: Scanned, scanned: Mapping[int, Scanned]) -> bool:
    """Whether whoever started it has ended, as far as one look can tell: its parent is of another
    session, though it leads none itself (setsid(2)), so that parent only stands in. One that leads
    a session, and one whose stand-in is of the same session, are not told from a living parent's
    child."""
    parent = scanned.get(one.ppid)
    return parent is not None and one.session not in (one.pid, parent.session)


def _lonely(ends: Ends, key: Key, reads: bool, writes: bool) -> bool:
    """Whether this is an end of a pipe of which nobody holds the other."""
    return (writes and key not in ends.readers) or (reads and key not in ends.writers)


def _fd(argument: int) -> int:
    return argument & 0xFFFFFFFF
