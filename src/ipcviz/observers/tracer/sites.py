"""Reads what the numbers in a process's records mean, and what it counts at each."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from ipcviz.observers.kernel.native import Key
from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from ipcviz.observers.tracer.shared import SharedFile, Unreadable
from ipcviz.text import readable

LONGEST_NAME = 4096
BUFFERS_WATCHED = 64
"""A process's buffers whose bytes are told: the newest ones."""
_HEAD = layout.SITE.size + layout.SITE_NAME_LENGTH.size


class Site(Struct):
    """A place in a program that makes a call, on one descriptor of one pipe. `channel` and `on`
    are what that is called, once it was asked."""

    number: int
    kind: int
    fd: int
    line: int
    file: str | None
    key: Key | None
    channel: str | None = None
    on: str | None = None


class _Counted(Struct, eq=False):
    """The words of a site that change: where they stand, and what was told of them."""

    site: Site
    words: memoryview
    calls: int = 0
    bytes: int = 0
    buffered: int = 0


class Unrecorded(NamedTuple):
    """Calls at a site that were not recorded or told, since it was last asked, and their bytes."""

    site: Site
    calls: int
    bytes: int


class Sites:
    """The sites of one process, of all its files."""

    def __init__(self) -> None:
        self._files: dict[Path, _SitesFile] = {}
        self._known: dict[int, Site] = {}
        self._buffers: deque[_Counted] = deque(maxlen=BUFFERS_WATCHED)

    def add(self, path: Path) -> None:
        """Read this file, too. Raises Unreadable."""
        self._files[path] = _SitesFile(path)

    def read(self) -> None:
        """Learn the sites that are new. Raises Unreadable where a file was cut short, and is to
        be asked before what follows."""
        for file in self._files.values():
            for counted in file.read():
                self._known[counted.site.number] = counted.site
                if counted.site.kind == Kind.BUFFER:
                    self._buffers.append(counted)

    def get(self, number: int) -> Site | None:
        """The site with this number, as far as it was read."""
        return self._known.get(number)

    def unrecorded(self) -> Iterator[Unrecorded]:
        """Where calls were not recorded."""
        for file in self._files.values():
            for counted in file.entries:
                calls, size = counted.words[0], counted.words[1]
                if calls > counted.calls:
                    more = max(0, size - counted.bytes)
                    yield Unrecorded(counted.site, calls - counted.calls, more)
                    counted.calls, counted.bytes = calls, max(size, counted.bytes)

    @property
    def complete(self) -> bool:
        """Whether every call so far was recorded."""
        return not any(one.words[0] for file in self._files.values() for one in file.entries)

    def buffered(self) -> Iterator[tuple[Site, int]]:
        """The buffers that hold another number of bytes than before, and how many."""
        for counted in self._buffers:
            size = counted.words[2]
            if size != counted.buffered:
                counted.buffered = size
                yield counted.site, size

    def let_go(self, path: Path) -> None:
        """Forget a file and its sites."""
        file = self._files.pop(path)
        for counted in file.entries:
            self._known.pop(counted.site.number, None)
            if counted in self._buffers:
                self._buffers.remove(counted)
        file.close()


class _SitesFile:
    def __init__(self, path: Path) -> None:
        self._file = SharedFile(path, layout.SITES_HEADER_SIZE)
        if self._file.words[0] != layout.MAGIC:
            self._file.close()
            raise Unreadable(path)
        self.entries: list[_Counted] = []
        self._at = layout.SITES_HEADER_SIZE

    def read(self) -> Iterator[_Counted]:
        """The entries that are new."""
        self._file.check()
        while len(self.entries) < self._file.words[layout.NUMBER_OF_ENTRIES]:
            entry = self._entry()
            if entry is None:
                return
            self.entries.append(entry)
            yield entry

    def close(self) -> None:
        for counted in self.entries:
            counted.words.release()
        self._file.close()

    def _entry(self) -> _Counted | None:
        """The next one, null where the file holds nothing that could be one."""
        data, at = self._file.bytes, self._at
        if at + _HEAD > len(data):
            return None
        fields = layout.SITE.unpack_from(data, at)
        number, kind, fd, line, inode, device = fields[3:]
        (length,) = layout.SITE_NAME_LENGTH.unpack_from(data, at + layout.SITE.size)
        end = at + _HEAD + length
        if length > LONGEST_NAME or end > len(data):
            return None
        self._at = end + -end % 8
        site = Site(
            number=number,
            kind=kind,
            fd=fd,
            line=line,
            file=readable(data[at + _HEAD : end]) or None,
            key=_key(device, inode) if inode else None,
        )
        return _Counted(site, self._file.words[at // 8 : at // 8 + 3])


def _key(device: int, inode: int) -> Key:
    return (0 if device == _device_of_pipes() else device, inode)


@cache
def _device_of_pipes() -> int:
    """What fstat(2) tells as the device of every anonymous pipe."""
    reading, writing = os.pipe()
    try:
        return os.fstat(reading).st_dev
    finally:
        os.close(reading)
        os.close(writing)
