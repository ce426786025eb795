"""The pipes of a run, and what each holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, structs

from ipcviz.events import ChannelCreate, ChannelRemove, Event, Fill, Holder
from ipcviz.observers.kernel.descriptors import Ends
from ipcviz.observers.kernel.gauge import Content, Gauge, least_harmful
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.paths import Lead
from ipcviz.observers.names import Names


class _Undeclared(Struct):
    """A pipe that no scenario declares: `path` led to it when it was first seen."""

    key: Key
    path: str
    told: bool = False

    def create(self, name: str, now: int) -> ChannelCreate:
        """Tell of it. It has a path if it stands in a file system."""
        device, inode = self.key
        return ChannelCreate(
            t=now,
            source="kernel",
            channel=name,
            kind="fifo" if device else "pipe",
            path=self.path if device else None,
            inode=inode,
        )


class Channels:
    """The pipes of a run, as they were last told."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._undeclared: dict[str, _Undeclared] = {}
        self._told: dict[str, Fill] = {}
        self._asked: list[tuple[Gauge, Content]] = []

    def learn(self, pipes: Mapping[Key, Lead]) -> None:
        """Give each pipe that is held or waited for a name, by what leads to it."""
        self.names.follow(pipes)
        declared = self.names.declared.values()
        for key, lead in pipes.items():
            if key in declared or self.names.stream(key) is not None:
                continue
            name = self.names.name(key) or self.names.learn(key, lead.path)
            self._undeclared.setdefault(name, _Undeclared(key, lead.path))

    def measure(self, ends: Ends, pidfds: Mapping[int, int]) -> list[Fill]:
        """What each pipe holds now, and who holds its ends."""
        self._asked = []
        keys = self.names.declared | {name: pipe.key for name, pipe in self._undeclared.items()}
        return [self._fill(name, key, ends, pidfds) for name, key in keys.items()]

    def changes(self, pipes: Mapping[Key, Lead], fills: list[Fill], now: int) -> Iterator[Event]:
        """What differs from what was told before: pipes that came, what they hold, and pipes
        that nobody holds or waits for any more."""
        gone = [
            name
            for name, pipe in self._undeclared.items()
            if pipe.key not in pipes or self.names.name(pipe.key) != name
        ]
        for name, pipe in self._undeclared.items():
            if not pipe.told and name not in gone:
                pipe.told = True
                yield pipe.create(name, now)
        for fill in fills:
            untold = Fill(
                t=0, channel=fill.channel, queued=None, capacity=None, readers=(), writers=()
            )
            if fill.channel not in gone and fill != self._told.get(fill.channel, untold):
                self._told[fill.channel] = fill
                yield structs.replace(fill, t=now, source="kernel")
        for name in gone:
            yield from self._forget(name, now)

    def quiet(self) -> bool:
        """Whether each pipe still holds as many bytes as when it was measured, if no process of
        the run has run since, and each path leads where it led."""
        queued = all(gauge.still_queued(content) for gauge, content in self._asked)
        return queued and self.names.unmoved()

    def _forget(self, name: str, now: int) -> Iterator[Event]:
        pipe = self._undeclared.pop(name)
        self._told.pop(name, None)
        self.names.forget(pipe.key, name)
        if pipe.told:
            yield ChannelRemove(t=now, source="kernel", channel=name)

    def _fill(self, name: str, key: Key, ends: Ends, pidfds: Mapping[int, int]) -> Fill:
        readers, writers = ends.readers.get(key, []), ends.writers.get(key, [])
        content = self._ask(key, [*writers, *readers], pidfds)
        return Fill(
            t=0,
            channel=name,
            queued=content.queued if content is not None else None,
            capacity=content.capacity if content is not None else None,
            readers=tuple(readers),
            writers=tuple(writers),
            instead=self.names.instead(key),
        )

    def _ask(self, key: Key, holders: list[Holder], pidfds: Mapping[int, int]) -> Content | None:
        for holder in least_harmful(holders):
            gauge = Gauge(key, pidfds[holder.pid], holder.fd)
            content = gauge.read()
            if content is not None:
                self._asked.append((gauge, content))
                return content
        return None
