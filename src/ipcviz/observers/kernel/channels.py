"""The pipes of a run: their names, and what each holds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, structs

from ipcviz.events import ChannelCreate, ChannelRemove, Event, Fill, Holder
from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.descriptors import Ends
from ipcviz.observers.kernel.gauge import Content, Gauge, least_harmful
from ipcviz.observers.kernel.native import Key


class _Undeclared(Struct):
    """A pipe that no scenario declares: `target` is what leads to it."""

    key: Key
    target: str
    told: bool = False

    def create(self, name: str, now: int) -> ChannelCreate:
        """Tell of it. It has a path if it stands in a file system."""
        device, inode = self.key
        return ChannelCreate(
            t=now,
            source="kernel",
            channel=name,
            kind="fifo" if device else "pipe",
            path=self.target if device else None,
            inode=inode,
        )


class Channels:
    """Every pipe by its name: a declared FIFO by its channel's, an undeclared one by its path,
    an anonymous pipe as `pipe:[INODE]`; a standard stream's pipe has none."""

    def __init__(self, declared: Mapping[str, Path], standard_pipes: Mapping[int, str]) -> None:
        self._declared = {name: os.path.abspath(path) for name, path in declared.items()}
        self._standard = standard_pipes
        self._keys: dict[str, Key] = {}
        self._names: dict[Key, str] = {}
        self._undeclared: dict[str, _Undeclared] = {}
        self._told: dict[str, Fill] = {}
        self._asked: list[tuple[Gauge, Content | None]] = []

    def stream(self, key: Key) -> str | None:
        """The standard stream that ipcviz made this pipe for, if it did."""
        return self._standard.get(key[1]) if key[0] == 0 else None

    def name(self, key: Key | None) -> str | None:
        """The name of a pipe, if it has one."""
        return self._names.get(key) if key is not None else None

    def declared_at(self, path: str) -> str | None:
        """The channel that is declared to stand at this path."""
        return next((name for name, at in self._declared.items() if at == path), None)

    def learn(self, pipes: Mapping[Key, str]) -> None:
        """Give each pipe that is held or waited for a name, by what leads to it."""
        self._bind(pipes)
        for key, target in pipes.items():
            if key in self._names or self.stream(key) is not None:
                continue
            name = f"{target} (inode {key[1]})" if target in self._undeclared else target
            self._names[key] = name
            self._undeclared[name] = _Undeclared(key, target)

    def measure(self, ends: Ends, pidfds: Mapping[int, int]) -> list[Fill]:
        """What each pipe holds now, and who holds its ends."""
        self._asked = []
        keys = self._keys | {name: pipe.key for name, pipe in self._undeclared.items()}
        return [self._fill(name, key, ends, pidfds) for name, key in keys.items()]

    def changes(self, pipes: Mapping[Key, str], fills: list[Fill], now: int) -> Iterator[Event]:
        """What differs from what was told before: pipes that came, what they hold, and pipes
        that nobody holds or waits for any more."""
        gone = [
            name
            for name, pipe in self._undeclared.items()
            if pipe.key not in pipes or self._names[pipe.key] != name
        ]
        for name, pipe in self._undeclared.items():
            if not pipe.told and name not in gone:
                pipe.told = True
                yield pipe.create(name, now)
        for fill in fills:
            unheld = structs.replace(fill, queued=None, capacity=None, readers=(), writers=())
            if fill.channel not in gone and fill != self._told.get(fill.channel, unheld):
                self._told[fill.channel] = fill
                yield structs.replace(fill, t=now, source="kernel")
        for name in gone:
            yield from self._forget(name, now)

    def quiet(self) -> bool:
        """Whether each pipe still holds as many bytes as when it was measured."""
        return all(gauge.read() == content for gauge, content in self._asked)

    def _bind(self, pipes: Mapping[Key, str]) -> None:
        """Learn which FIFO each declared path leads to. One that took the place of another takes
        its name too, once nobody holds or waits for the other any more."""
        for name, path in self._declared.items():
            try:
                file = native.identify(path)
            except OSError:
                continue
            bound = self._keys.get(name)
            if not file.is_fifo or file.key == bound or bound in pipes:
                continue
            if bound is not None:
                del self._names[bound]
            self._keys[name] = file.key
            self._names[file.key] = name

    def _forget(self, name: str, now: int) -> Iterator[Event]:
        pipe = self._undeclared.pop(name)
        self._told.pop(name, None)
        if self._names[pipe.key] == name:
            del self._names[pipe.key]
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
        )

    def _ask(self, key: Key, holders: list[Holder], pidfds: Mapping[int, int]) -> Content | None:
        for holder in least_harmful(holders):
            gauge = Gauge(key, pidfds[holder.pid], holder.fd)
            content = gauge.read()
            if content is not None:
                self._asked.append((gauge, content))
                return content
        return None
