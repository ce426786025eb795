"""What each pipe is called, whoever watches it."""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from pathlib import Path

from ipcviz.observers.kernel import native
from ipcviz.observers.kernel.native import File, Key

UNDECLARED_AT_MOST = 1_000
"""Undeclared FIFOs whose names are known. Beyond them the oldest is forgotten: a program may make
and remove some as long as it runs, and not each is seen to go."""

_DELETED = " (deleted)"


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
        """What each declared path led to when it was asked last."""
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

    def instead(self, key: Key, target: str) -> str | None:
        """What the path of a FIFO leads to now, in words, if not to it: `nothing`, `another FIFO`,
        `a regular file`. `target` is the link of a descriptor that holds it (proc_pid_fd(5))."""
        if key[0] == 0:
            return None
        name = next((name for name, bound in self.declared.items() if bound == key), None)
        if name is not None:
            file = self._standing.get(name)
        elif target.endswith(_DELETED):
            file = _at(target.removesuffix(_DELETED))
        else:
            return None
        if file is None:
            return "nothing"
        if file.key == key:
            return None
        return "another FIFO" if file.is_fifo else file.kind

    def unmoved(self) -> bool:
        """Whether each declared path still leads to what it led to."""
        return all(_at(path) == self._standing.get(name) for name, path in self._paths.items())

    def bind(self, held: Container[Key] = ()) -> None:
        """Learn which FIFO each declared path leads to. One that took the place of another takes
        its name too, once that is not `held` or waited for any more."""
        for name, path in self._paths.items():
            file = self._standing[name] = _at(path)
            bound = self.declared.get(name)
            if file is None or not file.is_fifo or file.key == bound or bound in held:
                continue
            if bound is not None:
                self.forget(bound, name)
            self.declared[name] = file.key
            self._names[file.key] = name


def _at(path: str) -> File | None:
    try:
        return native.identify(path)
    except OSError:
        return None
