"""Looks at every process of a run and tells what changed since the last look."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from ipcviz.events import Event
from ipcviz.log import Log
from ipcviz.observers.kernel import changes
from ipcviz.observers.kernel.channels import Channels
from ipcviz.observers.kernel.claims import Claim, Claims
from ipcviz.observers.kernel.counting import Counting
from ipcviz.observers.kernel.cut import check, nothing_ran
from ipcviz.observers.kernel.tree import Tree
from ipcviz.observers.kernel.view import View, see
from ipcviz.observers.names import Names

__all__ = ["Claim", "KernelObserver"]

_ATTEMPTS = 3
"""How often everything is read anew until two reads are equal."""


class KernelObserver:
    """The kernel's view of a run, told to a log as events.

    channels: the declared FIFOs and their paths. claims: the roles that other roles start.
    standard_pipes: inode of each pipe that ipcviz made for a standard stream, and which; it may
    grow. apart: pids of children of ipcviz that do not belong to the run.
    """

    def __init__(
        self,
        log: Log,
        channels: Mapping[str, Path],
        claims: Sequence[Claim],
        standard_pipes: Mapping[int, str],
        apart: Collection[int] = (),
    ) -> None:
        self._log = log
        self._processes_told: list[Event] = []
        self._tree = Tree(Claims(claims), apart, self._processes_told.append)
        self.names = Names(channels, standard_pipes)
        self._channels = Channels(self.names)
        self._counting = Counting()
        self._view = View()
        self._all_seen = True
        self.moment = 0
        """When the last look was, in nanoseconds since the run began: after everything was read,
        and before it was read again."""

    @property
    def agreed(self) -> bool:
        """Whether everything that the last look saw held at one moment."""
        return self._view.agreed

    @property
    def contents(self) -> Mapping[str, int | None]:
        """The bytes that each channel held in the last look, null where nobody could be asked."""
        return {fill.channel: fill.queued for fill in self._view.fills}

    @property
    def orphans(self) -> list[int]:
        """Zombies that nobody but ipcviz can wait for, and that it did not start."""
        return [
            look.pid for look in self._view.looks if look.ended and look.pid in self._tree.adopted
        ]

    def look(self, children: Mapping[int, str]) -> bool:
        """Look at everything once and tell what changed: true if anything did. `children`: the
        living children that ipcviz started, and the role of each."""
        for _ in range(_ATTEMPTS):
            now = self._log.now()
            self._tree.update(children, now)
            processes = self._tree.processes()
            view = self._view = see(processes, self._channels, self._view)
            self._all_seen = len(view.looks) == len(processes)
            self.moment = self._log.now()
            same = [check(look) for look in view.looks]
            view.agreed = all(same) and self._tree.complete()
            if view.agreed:
                break
        events = list(self._changes(view, self.moment))
        for event in events:
            self._log.append(event)
        return bool(events)

    @property
    def undecided(self) -> bool:
        """Whether somebody has been seen of whom nothing is told yet."""
        return self._tree.undecided

    @property
    def whole(self) -> bool:
        """Whether everybody is told of as the last look found him: nobody was about to start, and
        nobody has ended whose end is still to be told."""
        ended = (look.ended and look.process.own for look in self._view.looks)
        return self._all_seen and not self._tree.undecided and not any(ended)

    def quiet(self) -> bool:
        """Whether nothing has moved since the last look, so that another is not needed: no
        thread ran, no child of ipcviz came or went, no pipe was filled or emptied, no path was
        removed, and no signal came that has to wait."""
        view = self._view
        return (
            view.agreed
            and not self._tree.undecided
            and all(nothing_ran(look) for look in view.looks)
            and self._tree.children_of_ipcviz() == self._tree.children_seen
            and all(sleep.wait.intact() == sleep.intact for sleep in view.sleeps.values())
            and self._channels.quiet()
        )

    def close(self) -> None:
        """Let go of everything that is held of the processes."""
        self._tree.close()
        self._view = View()

    def _changes(self, view: View, now: int) -> Iterator[Event]:
        """In the order in which one thing explains another: who is there, then who holds which
        pipe, then what each thread does."""
        yield from self._processes_told
        self._processes_told.clear()
        yield from changes.stops(view, now)
        yield from changes.signal_sets(view, now)
        yield from self._channels.changes(view.pipes, view.fills, now)
        yield from self._counting.changes(view, now)
        yield from changes.states(view, now)
