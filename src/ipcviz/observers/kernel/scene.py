"""What one look saw of all processes: what a wait of one of them is judged by."""

from __future__ import annotations

from collections.abc import Iterable

from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.descriptors import Ends
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.names import Names


class Scene:
    """The processes of one look, and who holds which end of which pipe."""

    def __init__(self, looks: Iterable[ProcessLook], names: Names) -> None:
        self.looks = {look.pid: look for look in looks}
        self.names = names
        self.ends = Ends(look.descriptors or {} for look in self.looks.values())
        self._children: dict[int, list[ProcessLook]] = {}
        for look in self.looks.values():
            self._children.setdefault(look.main.stat.ppid, []).append(look)

    def children(self, pid: int) -> list[ProcessLook]:
        """The children of a process that nobody has waited for: zombies are among them."""
        return self._children.get(pid, [])

    def readers(self, key: Key) -> set[int]:
        """The pids of those that can take bytes out of a pipe."""
        return {holder.pid for holder in self.ends.readers.get(key, ())}

    def writers(self, key: Key) -> set[int]:
        """The pids of those that can put bytes into a pipe."""
        return {holder.pid for holder in self.ends.writers.get(key, ())}

    def holders(self, target: str) -> list[tuple[int, int]]:
        """(pid, fd) of every descriptor whose link says this."""
        return [
            (look.pid, descriptor.fd)
            for look in self.looks.values()
            for descriptor in (look.descriptors or {}).values()
            if descriptor.target == target
        ]
