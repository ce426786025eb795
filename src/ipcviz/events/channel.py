"""Pipes: how they come and go, what is in them and who holds their ends."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from ipcviz.events.event import Event

End = Literal["reader", "writer", "data", "space"]
"""What a wait on a channel wants: somebody to open the other end (`reader`, `writer`), bytes to
read (`data`), or room to write (`space`)."""
Mode = Literal["read", "write", "read-write"]
Framing = Literal["line", "raw"]
"""Where a message ends: at a line's end, or with the write that it was written by."""


class ChannelCreate(Event, tag="channel.create", kw_only=True, frozen=True):
    """A pipe came into view. `path` is null for an anonymous pipe."""

    channel: str
    kind: Literal["fifo", "pipe"]
    path: str | None = None
    inode: int


class ChannelRemove(Event, tag="channel.remove", kw_only=True, frozen=True):
    """A pipe went: its name was removed, or nobody holds an end of it any more."""

    channel: str


class Holder(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """A descriptor that is an end of a pipe. `named`: its number stands in the arguments or in the
    environment of the process (as in MAKEFLAGS), so that it was handed over on purpose."""

    pid: int
    fd: int
    mode: Mode
    cloexec: bool
    named: bool = False


class Fill(Event, tag="fill", kw_only=True, frozen=True):
    """What is in a pipe and who holds its ends. `queued` and `capacity` are bytes as the kernel
    counts them (FIONREAD, F_GETPIPE_SZ), null where no descriptor could be asked. `instead`: what
    its path leads to now, in words ("nothing", "another FIFO", "a regular file"), where it is a
    FIFO that its path no longer leads to."""

    channel: str
    queued: int | None
    capacity: int | None
    readers: tuple[Holder, ...]
    writers: tuple[Holder, ...]
    instead: str | None = None
