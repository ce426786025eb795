"""The terminal, which may be closed at any moment."""

from __future__ import annotations

from typing import IO, Any

from textual.drivers.linux_driver import LinuxDriver


class TerminalDriver(LinuxDriver):
    """Textual's, that ends in the usual way although nobody has the terminal open any more.

    Its thread that writes would die of the first EIO, and whoever has more to write, as at the
    end of the app, would wait for ever for it to go on.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._file: IO[str] = UnlessClosed(self._file)  # type: ignore[assignment]


class UnlessClosed:
    """A file that takes what is written to it, and forgets it once that cannot be written."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._closed = False

    def write(self, text: str) -> None:
        """Write it, if there is still a terminal."""
        if not self._closed:
            try:
                self._file.write(text)
            except OSError:
                self._closed = True

    def flush(self) -> None:
        """Write out what is held back, if there is still a terminal."""
        if not self._closed:
            try:
                self._file.flush()
            except OSError:
                self._closed = True

    def isatty(self) -> bool:
        """Whether the file is a terminal."""
        return self._file.isatty()

    def fileno(self) -> int:
        """The file's descriptor."""
        return self._file.fileno()
