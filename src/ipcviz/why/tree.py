"""Who waits for whom, as a tree: below each process those who could end its wait."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from ipcviz.events import State
from ipcviz.model import Model, Process
from ipcviz.why.sentences import other, other_side, sentence

_DEEPEST = 12
_WIDEST = 6
"""Those who could end one wait that are told; of more, only their number."""


class Line(Struct):
    """A line of the tree. `pid`: whom it is about, null for words about several."""

    depth: int
    text: str
    pid: int | None = None


def tree(model: Model, pid: int, now: int, told: set[int]) -> Iterator[Line]:
    """The tree of one process. `told`: whom earlier trees have told of, and this one tells."""
    process = model.processes[pid]
    told.add(pid)
    waiting = [state for state in process.threads.values() if state.waits_for]
    telling = process.telling
    for state in waiting or ([telling] if telling is not None else []):
        yield Line(0, sentence(model, process, state, now), pid)
        yield from _below(model, state, 1, {pid}, told)


def _below(
    model: Model, state: State, depth: int, above: set[int], told: set[int]
) -> Iterator[Line]:
    """Those who could end a wait, and below each those who could end its own."""
    sides = list(other_side(model, state))
    for pid, fds in sides[:_WIDEST]:
        text = other(model, pid, fds)
        if pid in above:
            yield Line(depth, f"{text}: that is itself, or waits for it", pid)
            continue
        process = model.processes.get(pid)
        again = pid in told and _waits(process)
        yield Line(depth, f"{text} (told above)" if again else text, pid)
        if process is None or again or depth >= _DEEPEST:
            continue
        told.add(pid)
        for own in process.threads.values():
            yield from _below(model, own, depth + 1, above | {pid}, told)
    if len(sides) > _WIDEST:
        yield Line(depth, f"and {len(sides) - _WIDEST} others")


def _waits(process: Process | None) -> bool:
    return process is not None and any(state.waits_for for state in process.threads.values())
