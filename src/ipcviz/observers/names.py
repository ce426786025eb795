"""What each pipe is called, whoever watches it."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from ipcviz.observers.kernel.native import File, Key
from ipcviz.observers.kernel.paths import Lead, instead, standing_at

if TYPE_CHECKING:
    from pathlib import Path

UNDECLARED_AT_MOST = 1_000
"""Undeclared FIFOs whose names are known. Beyond them the oldest is forgotten: a program may make
and remove some as long as it runs, and not each is seen to go."""


class Names:
    """Every pipe by its name: a declared FIFO by its channel's, an undeclared one by its path,
    an anonymous pipe as `pipe:[INODE]`; a standard stream's pipe has none.

    declared: the channels and their paths. standard_pipes: inode of each pipe that ipcviz made
    for a standard stream, and which; it may grow.
    """

    def __init__(self, declared: Mapping[str, Path], standard_pipes: Mapping[int, str]) -> None:
        self._paths = {name: os.path.abspath(path) for name, path in declared.items()}
        self._standard = standard_pipes
        self._names: dict[Key, str] = {}
        self._standing: dict[str, File | None] = {}
        """What each declared path led to in the last look."""
        self._held: Container[Key] = ()
        """The pipes that were held or waited for then."""
        self._leads: dict[Key, tuple[Lead, str | None]] = {}
        """What leads to each undeclared FIFO, and what that led to instead."""
        self.declared: dict[str, Key] = {}
        """The pipe that each declared path leads to, once it was seen to."""
        self.bind()

    def stream(self, key: Key) -> str | None:
        """The standard stream that ipcviz made this pipe for, if it did."""
        return self._standard.get(key[1]) if key[0] == 0 else None

    def name(self, key: Key | None) -> str | None:
        """The name of a pipe, if it has one."""
        if key is None:
            return None
        if key[0] == 0:
            return None if key[1] in self._standard else f"pipe:[{key[1]}]"
        return self._names.get(key)

    def declared_at(self, path: str) -> str | None:
        """The channel that is declared to stand at this path."""
        return next((name for name, at in self._paths.items() if at == path), None)

    def learn(self, key: Key, path: str) -> str:
        """The name of an undeclared FIFO that this path leads to."""
        if key not in self._names:
            taken = path in self._names.values()
            self._names[key] = f"{path} (inode {key[1]})" if taken else path
            declared = self.declared.values()
            if len(self._names) > UNDECLARED_AT_MOST + len(declared):
                del self._names[next(one for one in self._names if one not in declared)]
        return self._names[key]

    def forget(self, key: Key, name: str) -> None:
        """The pipe is not called so any more, if it was."""
        if self._names.get(key) == name:
            del self._names[key]

    def instead(self, key: Key) -> str | None:
        """What the path of a FIFO leads to now, in words, if not to it: `nothing`, `another FIFO`,
        `a regular file`."""
        name = next((name for name, bound in self.declared.items() if bound == key), None)
        if name is not None:
            return instead(self._standing.get(name), key)
        _, found = self._leads.get(key, (None, None))
        return found

    def unmoved(self) -> bool:
        """Whether each path still leads to what it led to."""
        return all(
            standing_at(path) == self._standing.get(name) for name, path in self._paths.items()
        ) and all(lead.instead(key) == found for key, (lead, found) in self._leads.items())

    def follow(self, held: Mapping[Key, Lead]) -> None:
        """Learn where each path leads. `held`: the pipes that are held or waited for, and how
        these were found."""
        self._held = held
        self._standing = {name: standing_at(path) for name, path in self._paths.items()}
        self._bind(self._standing)
        declared = set(self.declared.values())
        self._leads = {
            key: (lead, lead.instead(key))
            for key, lead in held.items()
            if key[0] != 0 and key not in declared
        }

    def bind(self) -> None:
        """Learn which FIFO each declared path leads to. One that took the place of another takes
        its name too, once that is not held or waited for any more."""
        self._bind({name: standing_at(path) for name, path in self._paths.items()})

    def _bind(self, standing: Mapping[str, File | None]) -> None:
        for name, file in standing.items():
            bound = self.declared.get(name)
            if file is None or not file.is_fifo or file.key == bound or bound in self._held:
                continue
            if bound is not None:
                self.forget(bound, name)
            self.declared[name] = file.key
            self._names[file.key] = name
