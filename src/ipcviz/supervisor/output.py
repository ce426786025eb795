"""Reads what a program writes to its standard output or standard error."""

from __future__ import annotations

import array
import asyncio
import fcntl
import os
import termios
from typing import Literal

from ipcviz import events
from ipcviz.log import Log
from ipcviz.supervisor.lines import LONGEST, Lines, Passed, Piece

CHUNK = 65536
"""Bytes read at one wake-up, so that no program can keep the loop to itself."""
PROMPT = 0.1
"""Seconds after which a line that has not ended is shown as far as it came: it may be a prompt."""
LINES_AT_ONCE = 1000
LINES_PER_SECOND = 200
"""What is kept of a program that writes without end: so many lines at once, and so many in each
second from then on. The rest is counted."""
REPORT = 1.0
"""Seconds between two reports of lines that were not kept."""


class Allowance:
    """How many lines of a program may still be kept at a moment."""

    def __init__(self, now: float) -> None:
        self._lines = float(LINES_AT_ONCE)
        self._at = now

    def left(self, now: float) -> int:
        """Whole lines that may be kept at `now`, in seconds of a monotonic clock."""
        self._lines = min(LINES_AT_ONCE, self._lines + (now - self._at) * LINES_PER_SECOND)
        self._at = now
        return max(0, int(self._lines))

    def spend(self, lines: int) -> None:
        """So many were kept."""
        self._lines -= lines


class OutputStream:
    """One stream of a program, written to the log line by line until its pipe is closed by
    everyone who may write to it: a program's children may write on when it has ended."""

    def __init__(
        self,
        fd: int,
        stream: Literal["stdout", "stderr"],
        pid: int,
        role: str,
        log: Log,
        allowance: Allowance,
    ) -> None:
        self._fd = fd
        self._stream = stream
        self._pid = pid
        self._role = role
        self._log = log
        self._allowance = allowance
        self._lines = Lines()
        self._passed = Passed(0, 0)
        self._prompt: asyncio.TimerHandle | None = None
        self._report: asyncio.TimerHandle | None = None
        self._closed = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(fd, self._read, CHUNK)

    def drain(self) -> None:
        """Read what is in the pipe now, and tell all of it, a line that has not ended too."""
        if self._closed:
            return
        queued = array.array("i", [0])
        fcntl.ioctl(self._fd, termios.FIONREAD, queued)
        left = queued[0]
        while left >= 0 and (count := self._read(CHUNK)):
            left -= count
        self._flush()
        self._tell_passed()

    def close(self) -> None:
        """Tell what is left and let go of the pipe. Calling it again does nothing."""
        if self._closed:
            return
        self._closed = True
        self._loop.remove_reader(self._fd)
        os.close(self._fd)
        self._await_no_prompt()
        last = self._lines.end()
        if last is not None:
            self._tell(last)
        self._tell_passed()

    def _read(self, most: int) -> int:
        try:
            data = os.read(self._fd, most)
        except BlockingIOError:
            return 0
        if data:
            self._take(data)
        else:
            self.close()
        return len(data)

    def _take(self, data: bytes) -> None:
        pieces, passed = self._lines.feed(data, self._allowance.left(self._loop.time()))
        self._allowance.spend(len(pieces))
        for piece in pieces:
            self._tell(piece)
        if passed.lines:
            self._passed = Passed(
                self._passed.lines + passed.lines, self._passed.bytes + passed.bytes
            )
            if self._report is None:
                self._report = self._loop.call_later(REPORT, self._tell_passed)
        if pieces or passed.lines:  # what is pending now has only begun
            self._await_no_prompt()
        if self._lines.pending and self._prompt is None:
            self._prompt = self._loop.call_later(PROMPT, self._flush)

    def _await_no_prompt(self) -> None:
        if self._prompt is not None:
            self._prompt.cancel()
            self._prompt = None

    def _flush(self) -> None:
        self._await_no_prompt()
        if self._lines.pending:
            self._allowance.spend(1)
            self._tell(self._lines.flush())

    def _tell(self, piece: Piece) -> None:
        if piece.text or not piece.lost:
            self._log.append(
                events.Output(
                    t=self._log.now(),
                    source="ipcviz",
                    pid=self._pid,
                    role=self._role,
                    stream=self._stream,
                    text=piece.text,
                )
            )
        if piece.lost:
            self._drop(1, piece.lost, f"{self._stream}: the rest of a line after {LONGEST:,}")

    def _tell_passed(self) -> None:
        if self._report is not None:
            self._report.cancel()
            self._report = None
        if self._passed.lines:
            self._drop(*self._passed, f"{self._stream}: lines beyond {LINES_PER_SECOND} a second")
            self._passed = Passed(0, 0)

    def _drop(self, count: int, size: int, what: str) -> None:
        self._log.append(
            events.Dropped(
                t=self._log.now(),
                source="ipcviz",
                pid=self._pid,
                role=self._role,
                count=count,
                bytes=size,
                what=what,
            )
        )
