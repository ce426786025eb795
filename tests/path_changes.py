"""What can happen to the path of a FIFO while somebody uses the FIFO."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

Change = Callable[[Path], None]


def removed(path: Path) -> None:
    path.unlink()


def renamed(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


def replaced(path: Path) -> None:
    other = path.with_name("new")
    os.mkfifo(other)
    other.replace(path)


def a_file(path: Path) -> None:
    path.unlink()
    path.touch()


def a_directory(path: Path) -> None:
    path.unlink()
    path.mkdir()
