"""Waits on descriptors: read(2) and write(2) on one, poll(2) and its kin on many."""

from __future__ import annotations

import re
import struct

from ipcviz.events import End, Mode, State, Wanted
from ipcviz.observers.kernel.calls import signed
from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.descriptors import Descriptors, fdinfo
from ipcviz.observers.kernel.limits import MICROSECONDS, seconds_at
from ipcviz.observers.kernel.procfs import memory
from ipcviz.observers.kernel.scene import Scene
from ipcviz.observers.kernel.targets import releasers_of_any, target_of
from ipcviz.observers.kernel.waits import SimpleWait

Wish = tuple[int, End | None]
"""A descriptor, and what is waited for on it: data, space, or (null) only that it is closed."""

_IN, _OUT = 0x001 | 0x040, 0x004 | 0x100
"""POLLIN and POLLRDNORM, POLLOUT and POLLWRNORM; epoll's have the same values."""
_IMPOSSIBLE: dict[Mode | None, End] = {"read": "space", "write": "data"}
_MOST = 4096
"""Descriptors of one call that are looked at: of a call with more nothing is known."""
_FEW = 4
"""Descriptors of one call of which more is told than of what kind they are."""
_TARGET = re.compile(rb"tfd:\s*(\d+)\s+events:\s*([0-9a-f]+)")


class DescriptorWait(SimpleWait, frozen=True, kw_only=True):
    """Waits until one of some descriptors can be used. `wishes` is null where the list of them
    could not be read."""

    wishes: tuple[Wish, ...] | None

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Ready where the person could end it, sleeping where only time can, else blocked."""
        wishes = self._wishes(look)
        if wishes is None or look.descriptors is None:
            return self.blocked("descriptors that cannot be read")
        if not wishes and self.timed:
            return State(t=0, state="sleeping", timed=True, limit=self.limit)
        if not wishes:
            return self.blocked("a signal")
        closely = len({fd for fd, _ in wishes}) <= _FEW
        targets = [
            target_of(scene, look, fd, end, closely)
            for fd, end in _possible(wishes, look.descriptors)
        ]
        channels = {target.channel for target in targets if target.channel is not None}
        fds = {target.fd for target in targets}
        only = channels.pop() if len(channels) == 1 else None
        words = dict.fromkeys(target.on for target in targets if target.on != only)
        return State(
            t=0,
            state="ready" if any(target.person for target in targets) else "blocked",
            fd=fds.pop() if len(fds) == 1 else None,
            channel=only,
            on=" or ".join(words) or None,
            timed=self.timed,
            limit=self.limit,
            waits_for=tuple(target.wanted or Wanted(on=target.on) for target in targets),
            releasers=releasers_of_any(targets),
            path_gone=all(target.path_gone for target in targets),
        )

    def _wishes(self, look: ProcessLook) -> tuple[Wish, ...] | None:
        return self.wishes


class EpollWait(DescriptorWait, frozen=True, kw_only=True):
    """In epoll_wait(2): another thread may change the set meanwhile, so it is read at each look."""

    epoll: int

    def _wishes(self, look: ProcessLook) -> tuple[Wish, ...] | None:
        try:
            text = fdinfo(look.pid, self.epoll)
        except OSError:
            return None
        found = sorted((int(fd), int(events, 16)) for fd, events in _TARGET.findall(text))
        return tuple(wish for fd, events in found for wish in _wishes_of(fd, events))


def _possible(wishes: tuple[Wish, ...], descriptors: Descriptors) -> list[Wish]:
    """What can come true: an end of a pipe can be used in its own direction only, though epoll(7)
    is often asked for both; in the other only its closing can come."""
    ends = {fd: one.end.mode for fd, one in descriptors.items() if one.end is not None}
    possible = [(fd, end) for fd, end in wishes if _IMPOSSIBLE.get(ends.get(fd)) != (end or "")]
    left = {fd for fd, _ in possible}
    return possible + [(fd, None) for fd, _ in wishes if fd not in left]


def poll_wait(pid: int, name: str, args: list[int]) -> DescriptorWait:
    """What a sleep in a call of the poll family is on."""
    timed, limit = _limit(pid, name, args)
    match name:
        case "poll" | "ppoll":
            wishes = _polled(pid, args[0], args[1])
            return DescriptorWait(name=name, timed=timed, limit=limit, wishes=wishes)
        case "select" | "pselect6":
            wishes = _selected(pid, signed(args[0]), args[1:4])
            return DescriptorWait(name=name, timed=timed, limit=limit, wishes=wishes)
        case _:
            epoll = signed(args[0])
            return EpollWait(name=name, timed=timed, limit=limit, wishes=None, epoll=epoll)


def _limit(pid: int, name: str, args: list[int]) -> tuple[bool, float | None]:
    """Whether the call ends by itself, and after how many seconds where its memory tells. The
    kernel writes what is left of it into that memory only when the call returns."""
    match name:
        case "poll" | "epoll_wait" | "epoll_pwait":
            milliseconds = signed(args[2 if name == "poll" else 3])
            return milliseconds >= 0, milliseconds / 1e3 if milliseconds >= 0 else None
        case "select":
            return args[4] != 0, seconds_at(pid, args[4], MICROSECONDS)
        case "pselect6":
            return args[4] != 0, seconds_at(pid, args[4])
        case _:
            address = args[2 if name == "ppoll" else 3]
            return address != 0, seconds_at(pid, address)


def _polled(pid: int, address: int, count: int) -> tuple[Wish, ...] | None:
    """The array of struct pollfd: an int, a short wanted and a short answered (poll(2))."""
    array = memory(pid, address, 8 * count) if 0 < count <= _MOST else b""
    if len(array) < 8 * count:
        return None
    pairs = [(fd, events) for fd, events, _ in struct.iter_unpack("ihH", array) if fd >= 0]
    return tuple(wish for fd, events in pairs for wish in _wishes_of(fd, events))


def _wishes_of(fd: int, events: int) -> list[Wish]:
    wishes: list[Wish] = []
    if events & _IN:
        wishes.append((fd, "data"))
    if events & _OUT:
        wishes.append((fd, "space"))
    return wishes or [(fd, None)]


def _selected(pid: int, count: int, sets: list[int]) -> tuple[Wish, ...] | None:
    """The three bit sets of select(2): to read, to write, exceptional; an address of 0 is none."""
    if count > _MOST:
        return None
    size = (count + 63) // 64 * 8
    wishes: list[Wish] = []
    ends: tuple[End | None, ...] = ("data", "space", None)
    for address, end in zip(sets, ends, strict=True):
        if not address or not size:
            continue
        bits = memory(pid, address, size)
        if len(bits) < size:
            return None
        mask = int.from_bytes(bits, "little")
        wishes += [(fd, end) for fd in range(count) if mask >> fd & 1]
    return tuple(wishes)
