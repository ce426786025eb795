"""Reads the text of a scenario file, if it is one that nobody else may have altered."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ipcviz.errors import ScenarioError
from ipcviz.scenarios.mistakes import located

LARGEST = 256 * 1024
"""The most bytes a scenario file may have."""


def read(file: Path, *, trusted: bool = False) -> str:
    """The text of a scenario file.

    `trusted` files are part of ipcviz itself, so that it is not asked who may write them. Raises
    ScenarioError where the file cannot be read, is no regular file, is too large, is not UTF-8,
    or where it or its directory may be written by others.
    """
    try:
        # A FIFO would hold an ordinary open() until somebody writes.
        descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as opened:
            _require_file(file, os.fstat(descriptor), trusted)
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise ScenarioError(located(file, None, error.strerror or str(error))) from None
    if len(content) > LARGEST:
        size = f"larger than {LARGEST // 1024} KiB; is it a scenario file?"
        raise ScenarioError(located(file, None, size))
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        wanted = "not UTF-8; save the file as UTF-8 text"
        raise ScenarioError(located(file, line, wanted)) from None


def _require_file(file: Path, status: os.stat_result, trusted: bool) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise ScenarioError(located(file, None, "not a regular file"))
    if trusted:
        return
    directory = file.resolve().parent
    for path, found in ((file, status), (directory, directory.stat())):
        whose = _other_writers(found)
        if whose:
            why = f"{whose} may write it, and so decide which programs run"
            raise ScenarioError(located(path, None, f"{why}; cure: chmod go-w {path}"))


def _other_writers(status: os.stat_result) -> str | None:
    """Who beside its owner may write a file or a directory, in words."""
    if status.st_mode & stat.S_IWOTH:
        return "everybody"
    if status.st_mode & stat.S_IWGRP and not _is_own_group(status):
        return "its group"
    return None


def _is_own_group(status: os.stat_result) -> bool:
    """Many systems give each user a group of the same name, with nobody else in it."""
    import grp  # late: few files may be written by their group
    import pwd

    try:
        owner = pwd.getpwuid(status.st_uid)
        group = grp.getgrgid(status.st_gid)
    except KeyError:
        return status.st_uid == status.st_gid
    is_private = owner.pw_name == group.gr_name and owner.pw_gid == status.st_gid
    return is_private and not set(group.gr_mem) - {owner.pw_name}
