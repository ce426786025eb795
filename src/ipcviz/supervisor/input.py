"""Writes to a program's standard input without ever waiting for it."""

from __future__ import annotations

import asyncio
import os


class StandardInput:
    """Our end of the pipe that a program, and all that inherit it, read their input from."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._pending = bytearray()
        self._finishing = False
        self._closed = False
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes) -> None:
        """Write the bytes now, or as soon as the pipe has room for them.

        Raises BrokenPipeError if nobody reads any more, or the input was closed.
        """
        if self._finishing or self._closed:
            raise BrokenPipeError("the standard input is closed")
        self._pending += data
        self._write_pending()

    def finish(self) -> None:
        """Close the input after what is pending, so that its reader gets end of file."""
        self._finishing = True
        if not self._pending:
            self.close()

    def close(self) -> None:
        """Close the input now. Calling it again does nothing."""
        if self._closed:
            return
        self._closed = True
        self._pending.clear()
        self._loop.remove_writer(self._fd)
        os.close(self._fd)

    def _write_pending(self) -> None:
        try:
            del self._pending[: os.write(self._fd, self._pending)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self.close()
            raise
        if self._pending:
            self._loop.add_writer(self._fd, self._writable)
        elif self._finishing:
            self.close()
        else:
            self._loop.remove_writer(self._fd)

    def _writable(self) -> None:
        try:
            self._write_pending()
        except BrokenPipeError:
            return
