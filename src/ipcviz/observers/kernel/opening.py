"""A wait in open(2) on a FIFO: which one, and whether anybody can still come."""

from __future__ import annotations

import os

from msgspec import Struct

from ipcviz.events import End, State, Wanted
from ipcviz.observers.kernel.calls import signed
from ipcviz.observers.kernel.clocks import made_since_asleep
from ipcviz.observers.kernel.cut import ProcessLook
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.kernel.paths import Lead, standing_at
from ipcviz.observers.kernel.procfs import memory, memory_text
from ipcviz.observers.kernel.scene import Scene
from ipcviz.observers.kernel.waits import OtherWait, Wait

_AT_FDCWD = -100
_WAITS_FOR_PARTNER = "wait_for_partner"
"""The kernel function that open(2) of a FIFO sleeps in (fs/pipe.c)."""


class OpenWait(Struct, frozen=True, kw_only=True):
    """Waits until somebody opens the other end of a FIFO (fifo(7)).

    path: as a person would write it. locator: the path through /proc, as the process sees it.
    key: the FIFO that it waits in, null where its path had gone before it could be asked.
    """

    name: str
    path: str
    locator: bytes
    key: Key | None
    wants: End

    def state(self, scene: Scene, look: ProcessLook) -> State:
        """Blocked. Anybody who may open the path could end it, so `releasers` is null."""
        path = os.path.normpath(self.path)
        channel = scene.names.name(self.key) or scene.names.declared_at(path)
        return State(
            t=0,
            state="blocked",
            channel=channel,
            on=None if channel else path,
            waits_for=(Wanted(channel=channel, end=self.wants),),
            releasers=None,
            path_gone=not self.intact(),
        )

    def intact(self) -> bool:
        """Whether the path still leads to its FIFO."""
        return self.key is not None and self._lead.instead(self.key) is None

    def awaited(self) -> tuple[Key, Lead] | None:
        """The FIFO at the path."""
        return (self.key, self._lead) if self.key is not None else None

    @property
    def _lead(self) -> Lead:
        return Lead(self.path, self.locator)


def open_wait(pid: int, tid: int, name: str, args: list[int], wchan: str) -> Wait:
    """What a sleep in open(2), openat(2), openat2(2) or creat(2) is on."""
    directory, address, flags = _arguments(pid, name, args)
    text = memory_text(pid, address)
    if text is None:
        return OtherWait(name=name, on="a path that cannot be read")
    try:
        locator, shown = _locate(pid, directory, text)
    except OSError:
        return OtherWait(name=name, on=os.fsdecode(text))
    if wchan and _WAITS_FOR_PARTNER not in wchan:
        return OtherWait(name=name, on=shown)
    file = standing_at(locator)
    if file is not None and (not file.is_fifo or made_since_asleep(file.born, pid, tid)):
        file = None
    return OpenWait(
        name=name,
        path=shown,
        locator=locator,
        key=file.key if file is not None else None,
        wants="reader" if flags & os.O_ACCMODE == os.O_WRONLY else "writer",
    )


def _arguments(pid: int, name: str, args: list[int]) -> tuple[int, int, int]:
    """The directory's descriptor, the path's address and the flags."""
    match name:
        case "creat":
            return _AT_FDCWD, args[0], os.O_WRONLY
        case "open":
            return _AT_FDCWD, args[0], args[1]
        case "openat2":
            flags = int.from_bytes(memory(pid, args[2], 8), "little")
        case _:
            flags = args[2]
    return signed(args[0]), args[1], flags


def _locate(pid: int, directory: int, text: bytes) -> tuple[bytes, str]:
    """The path through /proc, and as it reads. Raises OSError."""
    base = os.fsencode(f"/proc/{pid}/")
    if text.startswith(b"/"):
        return base + b"root" + text, os.fsdecode(text)
    base += b"cwd" if directory == _AT_FDCWD else b"fd/%d" % directory
    return base + b"/" + text, os.fsdecode(os.path.join(os.readlink(base), text))
