"""Writes what happens in a run to a file."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Callable
from pathlib import Path

from ipcviz import events
from ipcviz.errors import UsageError
from ipcviz.recording.reader import is_recording

FLUSH_EVERY = 0.5
"""Seconds after which what was told stands in the file: so much is lost when ipcviz is killed."""
_AT_ONCE = 1 << 16
"""Bytes that are written without waiting for that."""


class Recorder:
    """Listens to a log and writes each event as a line.

    The first run goes into the file that was asked for. A further one, after a reset or with
    another variant, has a log of its own and so a file of its own beside it: `run.jsonl` is
    followed by `run-2.jsonl`, or by the next number that no file has.

    complain: gets a sentence when a file cannot be written any more; the run goes on without.
    """

    def __init__(self, path: Path, complain: Callable[[str], None]) -> None:
        """Make the file, for its owner only; an older recording is replaced. Raises UsageError
        where that cannot be, or where any other file is in the way."""
        self.complain = complain
        self._asked = self._path = path
        self._file: int | None = _replace(path)
        self._used = False
        self._waiting = bytearray()
        self._timer: asyncio.TimerHandle | None = None

    @property
    def path(self) -> Path | None:
        """The file that is written to; null once it cannot be."""
        return self._path if self._file is not None else None

    def hear(self, event: events.Event) -> None:
        """Record the event, within FLUSH_EVERY."""
        if isinstance(event, events.Session):
            self._begin()
        if self._file is None:
            return
        self._waiting += events.encode(event) + b"\n"
        if len(self._waiting) >= _AT_ONCE:
            self._flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(FLUSH_EVERY, self._flush)

    def close(self) -> None:
        """Write what is left, and record no more."""
        self._flush()
        self._close()

    def _begin(self) -> None:
        if not self._used:
            self._used = True
            return
        self.close()
        try:
            self._path, self._file = _make_beside(self._asked)
        except OSError as error:
            self.complain(f"not recorded beside {self._asked}: {error.strerror}.")

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        written, self._waiting = self._waiting, bytearray()
        try:
            while self._file is not None and written:
                del written[: os.write(self._file, written)]
        except OSError as error:
            # What follows a gap would tell another story: the recording ends here.
            self._close()
            self.complain(f"recording to {self._path} ended: {error.strerror}.")

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


def _replace(path: Path) -> int:
    """Make the file anew, in place of an older recording."""
    try:
        if os.path.lexists(path):
            if not stat.S_ISREG(path.lstat().st_mode):
                raise UsageError(f"--record {path}: expected a plain file, or none, there.")
            if not is_recording(path):
                raise UsageError(
                    f"--record {path}: a file that is no recording is there, and stays; "
                    "choose another name, or remove it."
                )
            path.unlink()
        return _make(path)
    except OSError as error:
        raise UsageError(f"--record {path}: cannot be written: {error.strerror}.") from None


def _make_beside(path: Path) -> tuple[Path, int]:
    """A new file with the next number that is free. Raises OSError."""
    number = 2
    while True:
        numbered = path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            return numbered, _make(numbered)
        except FileExistsError:
            number += 1


def _make(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
