"""The guardian: run as a program of its own, by `guardian.py`, and then it waits.

It reads a line a message from standard input, a pipe that only ipcviz writes to. Names are in
hexadecimal, since a path may hold anything.

    watch MARK DIRECTORY[,DIRECTORY] [FIFO ...]
                          clean up after the session whose processes have this line in their
                          environment
    forget MARK           nothing of it is left
    terminal NUMBER ...   standard output is ipcviz's terminal; these are its modes
    farewell              ipcviz ends, and left its terminal in good order

The end of the pipe without a farewell means that ipcviz was killed. This file imports nothing of
ipcviz, and little else: it starts beside every ipcviz.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time

DEADLINE = 10.0
"""Seconds after which processes that were killed and do not end are given up."""
LOOK_AGAIN = 0.05
QUIET_ROUNDS = 5
"""A process has no environment for a moment while it begins another program: one look that finds
nobody is not enough."""

# What an app may have switched on, off again: auto-wrap, synchronised output, kitty's keyboard
# (before the alternate screen, which has its own), paste, mouse, focus and size reports.
RESET = (
    b"\x1b[?2026l\x1b[<u\x1b[?7h\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"
    b"\x1b[?1016l\x1b[?1004l\x1b[?2048l\x1b[?1049l\x1b[?25h\x1b[0m"
)


def main() -> None:
    """Wait for the farewell or the end of the pipe, and clean up after what is watched then."""
    os.chdir("/")
    watched: dict[bytes, tuple[list[bytes], list[bytes]]] = {}
    modes: list[int] = []
    for message in sys.stdin.buffer:
        word, *rest = message.split()
        if word == b"watch":
            mark, directories, *fifos = rest
            watched[unhex(mark)] = [*map(unhex, directories.split(b","))], [*map(unhex, fifos)]
        elif word == b"forget":
            watched.pop(unhex(rest[0]), None)
        elif word == b"terminal":
            modes = [int(number) for number in rest]
        elif word == b"farewell":
            modes = []
            break
    if modes:  # first, before the shell draws its prompt
        restore_terminal(modes)
    end_processes(set(watched))
    for folders, paths in watched.values():
        remove(folders, paths)


def unhex(name: bytes) -> bytes:
    """A name that was sent in hexadecimal."""
    return bytes.fromhex(name.decode())


def restore_terminal(modes: list[int]) -> None:
    """Switch off what an app switched on, and set the modes, if an app's are still set: with
    ISIG on, a shell has taken the terminal already, and its own line editing must stay."""
    import select
    import termios

    terminal = 1
    attributes: list[int | list[int]] = [*modes[:6], modes[6:]]
    with contextlib.suppress(OSError, termios.error):
        if select.select([], [terminal], [], 0)[1]:  # not if its output is held (ctrl+s)
            os.write(terminal, RESET)
        if not termios.tcgetattr(terminal)[3] & termios.ISIG:
            termios.tcflush(terminal, termios.TCIFLUSH)
            termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def end_processes(marks: set[bytes]) -> None:
    """Kill every process with one of these lines in its environment, until none is left."""
    deadline = time.monotonic() + DEADLINE
    quiet = 0
    while marks and quiet < QUIET_ROUNDS and time.monotonic() < deadline:
        quiet = 0 if kill_marked(marks) else quiet + 1
        time.sleep(LOOK_AGAIN)


def kill_marked(marks: set[bytes]) -> bool:
    """One round; whether there was any."""
    import signal

    found = False
    for name in os.listdir("/proc"):
        if not name.isdecimal() or not is_marked(name, marks):
            continue
        with contextlib.suppress(ProcessLookupError, PermissionError):
            pidfd = os.pidfd_open(int(name))
            try:
                if is_marked(name, marks):  # still: now the pid cannot become another's unseen
                    found = True
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            finally:
                os.close(pidfd)
    return found


def is_marked(pid: str, marks: set[bytes]) -> bool:
    """Whether the process's environment holds one of the lines. A zombie's holds none."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as environment:
            return not marks.isdisjoint(environment.read().split(b"\0"))
    except OSError:
        return False


def remove(folders: list[bytes], fifos: list[bytes]) -> None:
    """Remove a session's folders, each with its parent if that is empty then, and its FIFOs
    elsewhere."""
    for fifo in fifos:
        if stat.S_ISFIFO(mode_of_ours(fifo)):
            with contextlib.suppress(OSError):
                os.unlink(fifo)
    for folder in folders:
        if stat.S_ISDIR(mode_of_ours(folder)):
            import shutil

            shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.rmdir(os.path.dirname(folder))


def mode_of_ours(path: bytes) -> int:
    """The mode of what stands at the path, a link's own where it is one; 0 if it is not ours."""
    try:
        status = os.lstat(path)
    except OSError:
        return 0
    return status.st_mode if status.st_uid == os.geteuid() else 0


if __name__ == "__main__":
    main()
