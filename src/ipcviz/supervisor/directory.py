"""The private directory of a session, where its FIFOs are made."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from ipcviz.errors import UsageError

_ROOM = 32 << 20
"""Bytes that must be free in shared memory: some rings' worth."""


def private_directory(environment: Mapping[str, str]) -> Path:
    """Where the folders of all sessions stand: `$XDG_RUNTIME_DIR/ipcviz`, or
    `$TMPDIR/ipcviz-UID` where the former is not set or cannot be used."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and os.path.isabs(runtime) and _is_usable(runtime):
        return Path(runtime, "ipcviz")
    return Path(environment.get("TMPDIR") or "/tmp", f"ipcviz-{os.geteuid()}").absolute()


def rings_directory(folder: Path, shared: Path = Path("/dev/shm")) -> Path:
    """Where the rings of the session with this folder are made: in shared memory, so that what a
    program records there never goes to a disk; in the folder itself where there is none."""
    private = shared / f"ipcviz-{os.geteuid()}"
    if _is_tmpfs(shared) and os.access(shared, os.W_OK | os.X_OK) and not _taken(private):
        return private / folder.name
    return folder / ".rings"  # no channel has a name that begins so


def make(folder: Path) -> None:
    """Make a session's folder, and the private directory that holds it, for us alone.

    Raises UsageError where somebody else could look into it or replace it.
    """
    try:
        _make_private(folder.parent)
        try:
            os.mkdir(folder, 0o700)
        except FileNotFoundError:  # another ipcviz ended just now, and took the parent with it
            _make_private(folder.parent)
            os.mkdir(folder, 0o700)
    except OSError as error:
        raise UsageError(
            f"{folder}: the private directory for FIFOs cannot be made: {error.strerror}; "
            "set XDG_RUNTIME_DIR or TMPDIR to a directory of yours."
        ) from error


def remove(folder: Path) -> None:
    """Remove a session's folder with all that is in it, and its parent if that is empty now.

    Raises OSError where something in it cannot be removed.
    """
    import shutil

    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISDIR(os.lstat(folder).st_mode):
            os.chmod(folder, 0o700)  # a program may have taken our own rights away
            shutil.rmtree(folder)
        else:  # a program has put something else there
            os.unlink(folder)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


def _is_usable(directory: str) -> bool:
    try:
        status = os.lstat(directory)
    except OSError:
        return False
    ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return ours and os.access(directory, os.W_OK | os.X_OK)


def _is_tmpfs(directory: Path) -> bool:
    """Whether it stands in a tmpfs that has some room: proc_pid_mountinfo(5)."""
    try:
        status, device = os.statvfs(directory), os.stat(directory).st_dev
        number = f"{os.major(device)}:{os.minor(device)}".encode()
        with open("/proc/self/mountinfo", "rb") as mounts:
            mounted = [fields for line in mounts if (fields := line.split())[2] == number]
    except OSError:
        return False
    kinds = {fields[fields.index(b"-") + 1] for fields in mounted}
    return kinds == {b"tmpfs"} and status.f_bavail * status.f_frsize >= _ROOM


def _make_private(directory: Path) -> None:
    with contextlib.suppress(FileExistsError):
        os.mkdir(directory, 0o700)
    wrong = _wrong(os.lstat(directory))
    if wrong is not None:
        raise UsageError(
            f"{directory} {wrong}, so FIFOs in it would not be private; "
            "remove it, or set XDG_RUNTIME_DIR or TMPDIR to a directory of yours."
        )


def _taken(directory: Path) -> bool:
    try:
        return _wrong(os.lstat(directory)) is not None
    except OSError:
        return False


def _wrong(status: os.stat_result) -> str | None:
    """Why what stands somewhere is no private directory of ours."""
    if stat.S_ISLNK(status.st_mode):
        return "is a symbolic link"
    if not stat.S_ISDIR(status.st_mode):
        return "is no directory"
    if status.st_uid != os.geteuid():
        return "belongs to another user"
    if status.st_mode & 0o077:
        return f"is open to others (its mode is {stat.S_IMODE(status.st_mode):04o}, not 0700)"
    return None
