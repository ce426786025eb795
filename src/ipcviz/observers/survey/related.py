"""Whom to look at closely: those who wait, and all on whom a rule about them hangs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from ipcviz.events import State
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.survey.scan import Scan, Scanned
from ipcviz.scenarios import signals

_ON_ONE = ("read", "write")
"""Calls that wait on the descriptor that is their first argument."""
_ON_SEVERAL = ("poll", "splice", "tee", "sendfile", "vmsplice", "restart_syscall")
"""Calls that may wait on any descriptor of the process."""
_ON_OTHERS = ("open", "wait", "lock")
_INIT = 1
_SIGPIPE = 1 << (signals.number("SIGPIPE") - 1)


def suspects(scan: Scan, apart: Set[int]) -> Iterator[int]:
    """Those of whom a rule may have something to say: who waits on a pipe, a FIFO, a child or a
    lock, is stopped, has ended, has a signal pending, or may read or write in vain. Not so who is
    `apart`."""
    parents = {one.ppid for one in scan.processes.values() if one.ended}
    for one in scan.processes.values():
        if one.pid in apart:
            continue
        at_rest = one.state in "ZTt" or one.pid in parents
        if at_rest or one.unread or waits(one) or locked(one) or in_vain(one, scan):
            yield one.pid


def waits(one: Scanned) -> bool:
    """Whether a thread of it may wait on a pipe, a FIFO, a child, or a lock of a file."""
    return any(
        family in _ON_OTHERS
        or (family in _ON_ONE and _fd(first) in one.ends)
        or (family in _ON_SEVERAL and bool(one.ends))
        for family, first in one.calls or ()
    )


def locked(one: Scanned) -> bool:
    """Whether all of its threads sleep in a futex: one of them may wait for another."""
    return bool(one.calls) and all(family == "futex" for family, _ in one.calls or ())


def in_vain(one: Scanned, scan: Scan) -> bool:
    """Whether it may read again and again from a pipe that nobody writes to, or write to one that
    nobody reads and ignore SIGPIPE, perhaps with pauses."""
    pauses = any(family == "sleep" for family, _ in one.calls or ())
    ignores = bool(one.ignored & _SIGPIPE)
    return any(
        scan.leads_nowhere(*end)
        for end in one.ends.values()
        if one.runs or (pauses and ignores and end[2])
    )


def closure(pids: Iterable[int], scan: Scan, apart: Set[int]) -> set[int]:
    """These processes, with all around them, all around those, and so on; who is set `apart` may
    be among them, but leads no further."""
    found: set[int] = set()
    todo = [pid for pid in pids if pid in scan.processes]
    while todo:
        pid = todo.pop()
        if pid not in found:
            found.add(pid)
            todo += around(pid, scan) if pid not in apart else ()
    return found


def around(pid: int, scan: Scan) -> set[int]:
    """Whoever holds the pipe that a process waits on, its children if it waits for any, and the
    parent of one that has ended. On which descriptors it waits in poll(2), and in which FIFO's
    open(2), only a closer look tells."""
    one = scan.processes[pid]
    found: set[int] = set()
    for family, first in one.calls or ():
        if family in _ON_ONE and _fd(first) in one.ends:
            found |= scan.holders(one.ends[_fd(first)][0])
        elif family == "wait":
            found |= scan.children(pid)
    if one.ended:
        found.add(one.ppid)
    return found & scan.processes.keys()


def holders(keys: Iterable[Key], scan: Scan) -> set[int]:
    """Everybody who holds an end of one of these pipes."""
    return set().union(*(scan.holders(key) for key in keys))


def sharing(links: Iterable[str], scan: Scan) -> set[int]:
    """Whoever has a descriptor that leads to one of these."""
    wanted = set(links)
    if not wanted:
        return set()
    return {
        one.pid
        for one in scan.processes.values()
        if one.links is not None and not wanted.isdisjoint(one.links.values())
    }


def unseen_near(pids: Set[int], scan: Scan) -> set[int]:
    """Those of whom one may not see what they hold open, though it may be what these do: they
    descend from one of these, if it is not init, or are of the session of one."""
    sessions = {scan.processes[pid].session for pid in pids if pid in scan.processes}
    starters = pids - {_INIT}
    return {
        one.pid
        for one in scan.processes.values()
        if one.links is None
        and not one.ended
        and (one.session in sessions or not starters.isdisjoint(scan.ancestors(one.pid)))
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


def orphaned(one: Scanned, scan: Scan) -> bool:
    """Whether whoever started it has ended, as far as one look can tell: its parent is of another
    session, though it leads none itself (setsid(2)), so that parent only stands in. One that leads
    a session, and one whose stand-in is of the same session, are not told from a living parent's
    child."""
    parent = scan.processes.get(one.ppid)
    return parent is not None and one.session not in (one.pid, parent.session)


def _fd(argument: int) -> int:
    return argument & 0xFFFFFFFF
