"""A file that a traced program writes and that is mapped into memory here."""

from __future__ import annotations

import mmap
import os
import stat
from pathlib import Path

LARGEST = 1 << 28
"""Bytes of a file that is taken for one of the tracer's."""
_WORD = 8


class Unreadable(Exception):
    """The file is none of the tracer's, or was cut short."""


class SharedFile:
    """A mapped file, as bytes and as words of 8 bytes.

    Whoever writes it may write anything, so nothing that stands in it is believed. A file that is
    cut short would end this process at the next access (SIGBUS, mmap(2)): hence `check`, before
    it is read anew. Raises Unreadable.
    """

    def __init__(self, path: Path, least: int, writable: bool = False) -> None:
        flags = os.O_RDWR if writable else os.O_RDONLY
        try:
            fd = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise Unreadable(path) from error
        try:
            status = os.fstat(fd)
            self.size = status.st_size
            if not stat.S_ISREG(status.st_mode) or not least <= self.size <= LARGEST:
                raise Unreadable(path)
            access = mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ
            self.bytes = mmap.mmap(fd, self.size // _WORD * _WORD, access=access)
        except (OSError, ValueError) as error:
            raise Unreadable(path) from error
        finally:
            os.close(fd)
        self.words = memoryview(self.bytes).cast("Q")

    def check(self) -> None:
        """Raise Unreadable if the file is shorter than it was."""
        if self.bytes.size() < self.size:
            raise Unreadable

    def close(self) -> None:
        """Let go of it; views of its words that were handed out must be released before."""
        self.words.release()
        self.bytes.close()
