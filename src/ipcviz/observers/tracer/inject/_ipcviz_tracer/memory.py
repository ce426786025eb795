"""Files in memory that ipcviz reads: made, mapped, and never run short of room unnoticed."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import posix
import sys
from itertools import chain
from mmap import mmap

# The real functions, before hooks replace them.
_close, _fstat, _open, _rename = posix.close, posix.fstat, posix.open, posix.rename
_mask, _take = _signal.pthread_sigmask, _signal.sigtimedwait

PAGE = 4096
_MADV_POPULATE_WRITE = 23
"""madvise(2), Linux 5.14: allocates pages, or fails; a write to a page without room kills."""

_must_populate = True
_for_ever: list[mmap] = []
"""Mappings up to 3.12: the end of one closes a descriptor number that is no longer its own."""


def populate(memory: mmap, start: int, length: int) -> None:
    """Allocate the pages of these bytes. Raises OSError where there is no room."""
    if _must_populate:
        beyond = start % PAGE
        memory.madvise(_MADV_POPULATE_WRITE, start - beyond, length + beyond)


def make(path: str, size: int, at_once: int) -> mmap:
    """A new private file of `size` bytes, mapped, as PATH.new; `at_once` bytes of it allocated.

    No descriptor stays open, so that the program's own get the numbers that they would have.
    Raises OSError.
    """
    flags = posix.O_RDWR | posix.O_CREAT | posix.O_EXCL | posix.O_CLOEXEC | posix.O_NOFOLLOW
    descriptor = _open(path + ".new", flags, 0o600)
    try:
        _lengthen(descriptor, size)
        if sys.version_info >= (3, 13):
            memory = mmap(descriptor, size, trackfd=False)
        else:
            memory = mmap(descriptor, size)
            _for_ever.append(memory)
            _close_duplicate(descriptor)
        _allocate(memory, descriptor, size, at_once)
    except OSError:
        posix.unlink(path + ".new")
        raise
    finally:
        _close(descriptor)
    return memory


def publish(path: str) -> None:
    """Give the file its name, now that a reader may look into it."""
    _rename(path + ".new", path)


def _lengthen(descriptor: int, size: int) -> None:
    """Give the file this size. Raises OSError where that is over the limit (setrlimit(2)), which
    sends a signal too: it ends a program that has set it to that."""
    before = _mask(_signal.SIG_BLOCK, [_signal.SIGXFSZ])
    try:
        posix.ftruncate(descriptor, size)
    except OSError:
        _take([_signal.SIGXFSZ], 0)
        raise
    finally:
        _mask(_signal.SIG_SETMASK, before)


def _allocate(memory: mmap, descriptor: int, size: int, at_once: int) -> None:
    global _must_populate
    try:
        populate(memory, 0, at_once)
    except OSError as error:
        if error.errno != 22:  # EINVAL: an older kernel
            raise
        _must_populate = False
    if not _must_populate:
        posix.posix_fallocate(descriptor, 0, size)


def _close_duplicate(descriptor: int) -> None:
    """Close the duplicate that mmap keeps: the next free number, unless threads freed another."""
    this = _fstat(descriptor)
    for number in chain(range(descriptor + 1, descriptor + 64), range(65536)):
        if number != descriptor:
            try:
                that = _fstat(number)
            except OSError:
                continue
            if (this.st_ino, this.st_dev) == (that.st_ino, that.st_dev):
                _close(number)
                return
