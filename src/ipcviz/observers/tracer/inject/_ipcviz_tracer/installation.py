"""Puts all hooks in place."""

from __future__ import annotations

import builtins
import io
import os
import posix
import sys
import time

from . import buffers, descriptors, hooks, opening, rings, sites, transfers


def install(directory: str) -> None:
    """Begin to record into files of this directory. Raises OSError if they cannot be made."""
    sites.directory = os.path.abspath(directory)
    _begin_anew()
    hooks.replace(posix, "read", transfers.make_read)
    hooks.replace(posix, "write", transfers.make_write)
    hooks.replace(posix, "open", descriptors.make_open)
    hooks.replace(posix, "close", descriptors.make_close)
    hooks.replace(io, "open", opening.make_open)
    hooks.sweep()
    os.register_at_fork(after_in_child=_begin_anew)


def _begin_anew() -> None:
    sites.begin_anew()
    rings.begin_anew()
    buffers.begin_anew()
