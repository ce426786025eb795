"""Writes the files of a traced process by hand, from the layout alone."""

from __future__ import annotations

import mmap
import os
import time
from pathlib import Path

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout

SLOTS = 256
CONTENTS = 16384


def _mapped(path: Path, size: int) -> mmap.mmap:
    with open(path, "w+b") as file:
        file.truncate(size)
        return mmap.mmap(file.fileno(), size)


class WrittenRing:
    """The ring of one thread."""

    def __init__(
        self, directory: Path, pid: int, tid: int | None = None, slots: int = SLOTS
    ) -> None:
        self.path = directory / f"{pid}.{tid or pid}.{time.monotonic_ns():x}.ring"
        new = self.path.with_suffix(".ring.new")
        self.memory = _mapped(new, layout.HEADER_SIZE + slots * layout.SLOT_SIZE + CONTENTS)
        self.words = memoryview(self.memory).cast("Q")
        self.times = memoryview(self.memory).cast("d")
        self.words[layout.PID], self.words[layout.TID] = pid, tid or pid
        self.words[layout.NUMBER_OF_SLOTS] = self._slots = slots
        self.words[layout.CONTENTS_SIZE] = CONTENTS
        self.words[0] = layout.MAGIC
        self.number = 0
        self._contents = 0
        new.rename(self.path)

    @property
    def slots_read(self) -> int:
        """What was acknowledged."""
        return self.words[layout.SLOTS_READ]

    def call(self, site: int, began: float | None = None) -> float:
        """The thread goes into a call; when."""
        began = time.monotonic() if began is None else began
        self.words[layout.CALL_SITE] = site
        self.times[layout.CALL_BEGAN] = began
        return began

    def reserve(self) -> int:
        """Give a number before its record is written."""
        self.number += 1
        return self.number

    def write(
        self,
        site: int,
        result: int = 0,
        contents: bytes = b"",
        errno: int = 0,
        *,
        began: float | None = None,
        ended: float | None = None,
        number: int | None = None,
        where: int | None = None,
    ) -> int:
        """Write a record; its number."""
        number = number or self.reserve()
        began = time.monotonic() if began is None else began
        ended = time.monotonic() if ended is None else ended
        if where is None:
            where = self._keep(contents) if len(contents) > layout.INLINE else 0
        at = layout.HEADER_SIZE + (number - 1) % self._slots * layout.SLOT_SIZE
        layout.SLOT.pack_into(
            self.memory, at, began, ended, result, site, errno, contents[:80], where, number
        )
        return number

    def _keep(self, contents: bytes) -> int:
        kept = contents[: layout.DATA_AT_MOST]
        if self._contents % CONTENTS + len(kept) > CONTENTS:
            self._contents += CONTENTS - self._contents % CONTENTS
        begin = len(self.memory) - CONTENTS + self._contents % CONTENTS
        self.memory[begin : begin + len(kept)] = kept
        self._contents += len(kept)
        return 1 + self._contents - len(kept)


class WrittenSites:
    """A file of a process's sites."""

    def __init__(self, directory: Path, pid: int, size: int = 1 << 16) -> None:
        self.path = directory / f"{pid}.{time.monotonic_ns():x}.sites"
        self.memory = _mapped(self.path, size)
        self.words = memoryview(self.memory).cast("Q")
        self.words[0] = layout.MAGIC
        self.at: dict[int, int] = {}
        self._end = layout.SITES_HEADER_SIZE

    def define(
        self,
        site: int,
        kind: int,
        fd: int = 3,
        pipe: os.stat_result | None = None,
        line: int = 1,
        file: str = "/p/program.py",
    ) -> int:
        """Define a site on a descriptor of a pipe; its number."""
        name = file.encode()
        inode, device = (pipe.st_ino, pipe.st_dev) if pipe is not None else (0, 0)
        fields = (0, 0, 0, site, kind, fd, line, inode, device)
        layout.SITE.pack_into(self.memory, self._end, *fields)
        length = self._end + layout.SITE.size
        layout.SITE_NAME_LENGTH.pack_into(self.memory, length, len(name))
        begin = length + layout.SITE_NAME_LENGTH.size
        self.memory[begin : begin + len(name)] = name
        self.at[site] = self._end // 8
        self._end = begin + len(name) + -(begin + len(name)) % 8
        self.words[layout.NUMBER_OF_ENTRIES] += 1
        return site

    def count(self, site: int, calls: int = 0, size: int = 0, buffered: int = 0) -> None:
        """Set the words of a site that change."""
        at = self.at[site]
        self.words[at], self.words[at + 1], self.words[at + 2] = calls, size, buffered
