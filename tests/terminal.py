"""A real terminal for a program to run in: press keys, read the screen, wait for a text.

Keys have tmux's names (`Enter`, `Escape`, `C-c`, `F1`); any other word is typed letter by letter.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import signal
import struct
import termios
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, Self

import pyte
from pyte.screens import Char

from waiting import wait_until

Cells = list[list[Char]]
"""What stands where, row by row. pyte has no dim letters; here `blink` says that one is dim."""

COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
_KEYS = {
    "Enter": b"\r",
    "Escape": b"\x1b",
    "Tab": b"\t",
    "BTab": b"\x1b[Z",
    "Space": b" ",
    "BSpace": b"\x7f",
    "Up": b"\x1b[A",
    "Down": b"\x1b[B",
    "Right": b"\x1b[C",
    "Left": b"\x1b[D",
    "Home": b"\x1b[H",
    "End": b"\x1b[F",
    "PPage": b"\x1b[5~",
    "NPage": b"\x1b[6~",
    "F1": b"\x1bOP",
}


# The mode in which a program draws what is to be shown only as a whole; its question whether the
# terminal has it, and the answer.
_HALF_DRAWN = 2026
_CAN_HOLD_BACK, _YES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"


class AnyTerminal(ABC):
    """What can be asked of a terminal, whichever kind it is."""

    pid: int
    """The program's process."""

    @abstractmethod
    def keys(self, *names: str) -> None:
        """Press these keys, one after the other."""

    @abstractmethod
    def cells(self) -> Cells:
        """Every cell of the screen as it stands now."""

    @abstractmethod
    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size; the program is told by SIGWINCH."""

    @abstractmethod
    def exit_code(self) -> int | None:
        """How the program ended, as subprocess tells it: negative for a signal, None if it runs."""

    @abstractmethod
    def close(self) -> None:
        """Close the window. The program is hung up on, and killed if that does not end it."""

    def screen(self) -> list[str]:
        """The text of the screen, row by row, without trailing spaces."""
        return ["".join(cell.data for cell in row).rstrip() for row in self.cells()]

    def wait_for(self, text: str, deadline: float = 10.0) -> list[str]:
        """Wait until the text stands in one row of the screen, and give the screen then."""

        def shown() -> list[str] | None:
            screen = self.screen()
            return screen if any(text in row for row in screen) else None

        try:
            return wait_until(shown, f"{text!r} on the screen", deadline, every=0.02) or []
        except AssertionError:
            rows = "\n".join(self.screen())
            raise AssertionError(
                f"{text!r} not on the screen within {deadline} s:\n{rows}"
            ) from None

    def wait_exit(self, deadline: float = 10.0) -> int:
        """Wait until the program has ended, and tell how (see `exit_code`)."""
        wait_until(lambda: self.exit_code() is not None, "the program has ended", deadline)
        code = self.exit_code()
        assert code is not None
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Terminal(AnyTerminal):
    """A pseudo-terminal. A thread reads it all the time, as a real window would."""

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._screen = Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._lock = threading.Condition()
        self._exit: int | None = None
        self.pid, self._master = spawn(command, columns, rows, environment)
        self._closing, self._close = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def keys(self, *names: str) -> None:
        for name in names:
            os.write(self._master, _bytes_of(name))

    def click(self, column: int, row: int) -> None:
        """Press and release the left mouse button on a cell, counted from 0."""
        at = f"{column + 1};{row + 1}"
        os.write(self._master, f"\x1b[<0;{at}M\x1b[<0;{at}m".encode())

    def cells(self) -> Cells:
        with self._lock:
            self._lock.wait_for(lambda: _HALF_DRAWN << 5 not in self._screen.mode, timeout=1)
            return cells_of(self._screen)

    def resize(self, columns: int, rows: int) -> None:
        with self._lock:
            self._screen.resize(rows, columns)
        _set_size(self._master, columns, rows)

    def private_modes(self) -> set[int]:
        """The DEC private modes that are on: 1049 the alternate screen, 25 the cursor, 1000 to
        1006 the mouse, 2004 bracketed paste."""
        with self._lock:
            return {mode >> 5 for mode in self._screen.mode if mode >> 5}

    def line_settings(self) -> list[Any]:
        """What `stty` would show: echo, line by line or raw (termios.tcgetattr)."""
        return termios.tcgetattr(self._master)

    def exit_code(self) -> int | None:
        if self._exit is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self._exit = os.waitstatus_to_exitcode(status)
        return self._exit

    def close(self) -> None:
        os.close(self._close)
        self._reader.join()
        os.close(self._closing)
        os.close(self._master)
        try:
            self.wait_exit()
        except AssertionError:
            os.kill(self.pid, signal.SIGKILL)
            self.wait_exit()
            raise

    def _read(self) -> None:
        """Feed the screen until the window closes. The end of the program does not end it, since
        another may still write: a read fails with EIO while nobody has the terminal open."""
        while True:
            ready, _, _ = select.select([self._master, self._closing], [], [])
            if self._closing in ready:
                return
            try:
                written = os.read(self._master, 65536)
            except OSError:
                return
            if _CAN_HOLD_BACK in written:
                os.write(self._master, _YES)
            with self._lock:
                self._lock.notify_all()
                # pyte does not know the end of the kitty keyboard protocol, and would draw its u.
                self._stream.feed(written.replace(b"\x1b[<u", b""))


def inherited() -> dict[str, str]:
    """Our environment without the size of another terminal. Who uses readline, as pytest-xdist's
    parent does, exports it to its children, and programs believe it more than their own
    terminal: readline(3), rl_change_environment."""
    sizes = ("LINES", "COLUMNS")
    return {name: value for name, value in os.environ.items() if name not in sizes}


def spawn(
    command: Sequence[str],
    columns: int,
    rows: int,
    environment: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """Start a program on a new pseudo-terminal that controls it; `environment` is laid over
    ours. Its pid, and the terminal's master end, which the caller reads and closes."""
    program = shutil.which(command[0])
    assert program, f"no program {command[0]}"
    master, slave = pty.openpty()
    _set_size(master, columns, rows)
    try:
        # A session's leader that opens a terminal is given it as its controlling one: tty(4).
        pid = os.posix_spawn(
            program,
            list(command),
            {**inherited(), **COLOURS, **(environment or {})},
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.ttyname(slave), os.O_RDWR, 0),
                (os.POSIX_SPAWN_DUP2, 0, 1),
                (os.POSIX_SPAWN_DUP2, 0, 2),
            ],
            setsid=True,
            setsigmask=[],
            # Python ignores some, and what runs in the background of a script is deaf to Ctrl+C.
            setsigdef=signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP},
        )
    finally:
        os.close(slave)
    return pid, master


_DIM, _NOT_DIM, _BLINK, _NOT_BLINK = 2, 22, 5, 25
_EXTENDED = {38, 48, 58}


class Screen(pyte.Screen):
    """pyte's screen that keeps dim letters, as blinking ones, which nothing else uses."""

    def select_graphic_rendition(self, *attributes: int, **_: Any) -> None:
        kept: list[int] = []
        rest = list(attributes)
        while rest:
            attribute = rest.pop(0)
            if attribute in _EXTENDED:
                length = 4 if rest[:1] == [2] else 2
                kept += [attribute, *rest[:length]]
                del rest[:length]
            elif attribute == _DIM:
                kept.append(_BLINK)
            elif attribute == _NOT_DIM:
                kept += [_NOT_DIM, _NOT_BLINK]
            else:
                kept.append(attribute)
        super().select_graphic_rendition(*kept)


def cells_of(screen: pyte.Screen) -> Cells:
    """Every cell of the screen, row by row."""
    return [
        [screen.buffer[row][column] for column in range(screen.columns)]
        for row in range(screen.lines)
    ]


def _set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _bytes_of(key: str) -> bytes:
    if key.startswith("C-") and len(key) == 3:
        return bytes([ord(key[2]) & 0x1F])
    return _KEYS.get(key, key.encode())
