"""Who waits for whom, as a tree: below each process those who could end its wait."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ipcviz.diagnoses.words import descriptors, doing, process
from ipcviz.events import Holder, State, Wanted
from ipcviz.model import Channel, Model, Process
from ipcviz.model.words import joined
from ipcviz.why.sentences import CHILD_ENDED, Wait, about, row, wait

_DEEPEST = 8
_WIDEST = 6
"""Those who could end one wait, and waits of one process, that are told; of more, only their
number."""
_FEW = 2
"""As many as are named of those who could end a wait in peace."""
_ABOVE = " (see above)"

Side = tuple[int, tuple[int, ...]]
"""A process that could end a wait, and its descriptors by which it could."""


class Node(Struct):
    """A thread: the name of its process, what it does, what it waits for as far as that is a
    sentence, and below it those who could end that. `state` is the name of its mark, null where it
    has none; `joint` stands between name and `does`."""

    name: str
    does: str = ""
    waits: str = ""
    below: list[Node] = []
    state: str | None = None
    joint: str = ": "


class Tree:
    """Trees that tell of everybody once. `told`: of whom they have told so far."""

    def __init__(self, model: Model, now: int) -> None:
        self._model = model
        self._now = now
        self.told: set[int] = set()

    def of(self, pid: int, fds: tuple[int, ...] = (), depth: int = 0) -> list[Node]:
        """A process, each of the waits of its threads, and whom they wait for."""
        self.told.add(pid)
        one = self._model.processes.get(pid)
        waits = _waits_of(one) if one is not None else []
        if one is None or not waits:
            return [Node(process(self._model, pid, *fds), "not looked at")]
        nodes = [self._node(one, state, alike, fds, depth) for state, alike in waits[:_WIDEST]]
        if len(waits) > _WIDEST:
            nodes.append(Node(f"and {len(waits) - _WIDEST} more waits of its threads"))
        return nodes

    def in_peace(self, pid: int) -> list[Node]:
        """A process that waits in peace, in one sentence, and in a shorter one."""
        model, one = self._model, self._model.processes[pid]
        state, _ = _waits_of(one)[0]
        name, waits = process(model, pid), wait(model, state)
        if waits is None:
            return [Node(name, row(model, one, state, 1, self._now), state=state.state)]
        how_long = about(state, self._now)
        sentence, more = self._sentence(one, state, waits, _FEW)
        if how_long:
            sentence = sentence.replace("waits", f"waits {how_long}", 1)
        return [Node(name, said, state=state.state) for said in (sentence + more, sentence)]

    def _node(
        self, one: Process, state: State, alike: int, fds: tuple[int, ...], depth: int
    ) -> Node:
        model = self._model
        does = row(model, one, state, alike, self._now)
        node = Node(process(model, one.pid, *fds), does, state=state.state)
        waits = wait(model, state, it="it")
        if waits is None:
            return node
        sides = list(sides_of(model, state))
        if len(sides) < 2 and all(self._is_leaf(pid, depth) for pid, _ in sides):
            node.waits = "".join(self._sentence(one, state, waits, _WIDEST))
            self.told.update(pid for pid, _ in sides)
            return node
        node.waits = waits.text + waits.link
        for side in sides[:_WIDEST]:
            node.below += self._below(one, state, side, depth)
        if len(sides) > _WIDEST:
            node.below.append(Node(f"and {len(sides) - _WIDEST} more"))
        return node

    def _below(self, one: Process, state: State, side: Side, depth: int) -> list[Node]:
        pid, fds = side
        if pid in self.told:
            does = self._what_it_does(pid, state) + _ABOVE
            return [Node(self._named(one, side), does, joint=", which ")]
        return self.of(pid, fds, depth + 1)

    def _sentence(self, one: Process, state: State, waits: Wait, most: int) -> tuple[str, str]:
        """What it waits for and who could end that; and of one who alone could what that one
        does."""
        sides = list(sides_of(self._model, state))
        if not sides or (not waits.link and sides == [(one.pid, ())]):
            return waits.text, ""
        names = [self._named(one, side) for side in sides]
        if len(names) > most + 1:
            names[most:] = [f"{len(names) - most} others"]
        said = f"{waits.text}{waits.link} {joined(names)}"
        pid = sides[0][0]
        if len(sides) > 1 or pid == one.pid:
            return said, ""
        again = _ABOVE if pid in self.told and self._waits_for_others(pid) else ""
        return said, f", which {self._what_it_does(pid, state)}{again}"

    def _named(self, one: Process, side: Side) -> str:
        """`sleep (pid 7, fd 1)`, or `itself (fd 3)`."""
        pid, fds = side
        if pid != one.pid:
            return process(self._model, pid, *fds)
        return f"itself ({descriptors(fds)})" if fds else "itself"

    def _what_it_does(self, pid: int, state: State) -> str:
        """`sleeps and has written nothing`: of a process that could end this wait."""
        known = self._model.processes.get(pid)
        counts = known.counts if known is not None else ()
        silent = bool(counts) and counts[-1].written_bytes == 0
        data = any(one.end == "data" for one in state.waits_for)
        return doing(self._model, pid) + (" and has written nothing" if silent and data else "")

    def _is_leaf(self, pid: int, depth: int) -> bool:
        """Whether nothing is to be told below it."""
        return pid in self.told or depth >= _DEEPEST or not self._waits_for_others(pid)

    def _waits_for_others(self, pid: int) -> bool:
        one = self._model.processes.get(pid)
        states = one.threads.values() if one is not None else ()
        return any(other != pid for state in states for other, _ in sides_of(self._model, state))


def _waits_of(one: Process) -> list[tuple[State, int]]:
    """What its threads do, the most telling first, and how many do the same: waits in a futex only
    where there is nothing else, and all that is no wait in one."""
    states = sorted(one.threads.values(), key=lambda state: (state.tid != one.pid, state.tid or 0))
    blocked = [state for state in states if state.state == "blocked" and state.call != "futex"]
    others = [state for state in states if state.state != "blocked"]
    chosen = blocked or others[:1] or states[:1]
    kinds: dict[object, list[State]] = {}
    for state in chosen:
        kinds.setdefault((state.call, state.channel, state.on, state.waits_for), []).append(state)
    return [(alike[0], len(alike)) for alike in kinds.values()]


def sides_of(model: Model, state: State) -> Iterator[Side]:
    """Each process that could end the wait, with the descriptors by which it could."""
    found: dict[int, set[int]] = {}
    for wanted in state.waits_for if state.state == "blocked" else ():
        channel = model.channels.get(wanted.channel or "")
        if channel is not None and state.call != "open":
            for end in _other_ends(channel, wanted, state):
                found.setdefault(end.pid, set()).add(end.fd)
        for pid in (*wanted.pids, *wanted.peers):
            found.setdefault(pid, set())
        if wanted.signal == CHILD_ENDED:
            for child in model.living():
                if child.ppid == state.pid:
                    found.setdefault(child.pid, set())
    if state.call not in ("wait", "pause") and isinstance(state.releasers, tuple):
        for pid in state.releasers:
            found.setdefault(pid, set())
    yield from ((pid, tuple(sorted(fds))) for pid, fds in found.items())


def _other_ends(channel: Channel, wanted: Wanted, state: State) -> tuple[Holder, ...]:
    """The ends from which the wait can be ended. Where only the closing of its own end's other
    side is waited for, that depends on which end it holds."""
    if wanted.end is not None:
        return channel.readers if wanted.end == "space" else channel.writers
    reads = any(end.pid == state.pid for end in channel.readers)
    return channel.writers if reads else channel.readers
