"""Which process plays a role that another role starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from msgspec import Struct


class Claim(Struct, frozen=True):
    """A role that the role `started_by` starts: the descendant whose command line holds `match`;
    without `match` the first child that no other claim takes."""

    role: str
    started_by: str
    match: str | None = None


class Candidate(Protocol):
    """What is asked of a process. `own`: ipcviz itself started it."""

    role: str | None
    command: tuple[str, ...]
    own: bool

    @property
    def parent(self) -> Candidate | None:
        """The process that it descends from, as far as that was seen."""
        ...


class Claims:
    """The claims of a run, and who fills each now."""

    def __init__(self, claims: Iterable[Claim]) -> None:
        self._claims = tuple(claims)
        self._filled: dict[str, Candidate] = {}

    def take(self, process: Candidate) -> str | None:
        """The role that this process plays from now on, null where no open claim is for it.
        A claim that matches wins over one without `match`, the one the process already fills
        too."""
        held = self._held(process)
        if process.own or (held is not None and held.match is not None):
            return process.role
        found = next(self._matching(process), None)
        if found is None and held is None:
            found = next(self._for_any_child(process), None)
        if found is None:
            return process.role
        self.release(process)
        self._filled[found.role] = process
        return found.role

    def could_match(self, process: Candidate) -> bool:
        """Whether an open claim with `match` waits for a descendant of this process's starter:
        once it runs another program, it may turn out to be this one."""
        return any(claim.match for claim in self._open(process))

    def release(self, process: Candidate) -> None:
        """This process plays no role any more: its claim is open again."""
        held = self._held(process)
        if held is not None:
            del self._filled[held.role]

    def _held(self, process: Candidate) -> Claim | None:
        return next((one for one in self._claims if self._filled.get(one.role) is process), None)

    def _open(self, process: Candidate) -> Iterator[Claim]:
        roles = set(_roles_above(process))
        lineage_known = process.parent is not None
        for claim in self._claims:
            if claim.role not in self._filled and (
                claim.started_by in roles or (not lineage_known and claim.match)
            ):
                yield claim

    def _matching(self, process: Candidate) -> Iterator[Claim]:
        text = " ".join(process.command)
        return (one for one in self._open(process) if one.match and one.match in text)

    def _for_any_child(self, process: Candidate) -> Iterator[Claim]:
        starter = process.parent.role if process.parent is not None else None
        return (one for one in self._open(process) if not one.match and one.started_by == starter)


def _roles_above(process: Candidate) -> Iterator[str]:
    above = process.parent
    while above is not None:
        if above.role is not None:
            yield above.role
        above = above.parent
