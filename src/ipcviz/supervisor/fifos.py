"""The FIFOs of a scenario's channels."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ipcviz.errors import UsageError
from ipcviz.scenarios.schema import Channel


def paths(channels: Mapping[str, Channel], base: Path, folder: Path) -> dict[str, Path]:
    """Where each channel's FIFO is: in the session's `folder`, or at the path that the channel
    declares, relative to `base`, the folder of the scenario file."""
    return {
        name: folder / name if channel.path is None else base / channel.path
        for name, channel in channels.items()
    }


def missing(wanted: Mapping[str, Path]) -> dict[str, Path]:
    """Those of the channels whose FIFO is not there, and so is to be made and removed.

    Raises UsageError where something that is no FIFO stands at a path.
    """
    return {name: path for name, path in wanted.items() if not _is_there(name, path)}


def make(channel: str, path: Path) -> None:
    """Make a FIFO, for us alone. Raises UsageError where it cannot be made."""
    try:
        os.mkfifo(path, 0o600)
    except OSError as error:
        raise UsageError(
            f"channel {channel}: the FIFO {path} cannot be made: {error.strerror}."
        ) from error


def remove(path: Path) -> None:
    """Remove a FIFO that we made; what is no FIFO took its place in the meantime, and stays."""
    try:
        if stat.S_ISFIFO(os.lstat(path).st_mode):
            path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return


def _is_there(channel: str, path: Path) -> bool:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageError(f"channel {channel}: {path}: {error.strerror}.") from error
    if not stat.S_ISFIFO(mode):
        raise UsageError(
            f"channel {channel}: {path} is no FIFO; remove it, or give the channel another path."
        )
    return True
