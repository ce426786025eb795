"""Our side of the guardian, a process that cleans up if ipcviz is killed."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

from ipcviz.supervisor.spawn import close_inherited_on_exec

SESSION_VARIABLE = "IPCVIZ_SESSION"
"""The environment variable by which every process of a session is known."""

_PROGRAM = Path(__file__).with_name("guardian_process.py")
_DEAF_TO = (
    signal.SIGINT,
    signal.SIGTERM,
    signal.SIGHUP,
    signal.SIGQUIT,
    signal.SIGTSTP,
    signal.SIGTTOU,
    signal.SIGTTIN,
    signal.SIGPIPE,
)
_FAREWELL_MILLISECONDS = 2000


class Guardian:
    """A process that outlives ipcviz by a moment. If our end of its pipe closes without a
    farewell, it ends the processes of the sessions that it watches, and removes their FIFOs."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        self._pipe = pipe

    @classmethod
    def start(cls, terminal: bool) -> Guardian:
        """Start it. With `terminal` it also puts our terminal back into its present modes."""
        close_inherited_on_exec()
        with contextlib.ExitStack() as stack:
            reading, writing = os.pipe2(os.O_CLOEXEC)
            stack.callback(os.close, reading)
            output = (
                os.dup(2 if os.isatty(2) else 0) if terminal else os.open(os.devnull, os.O_WRONLY)
            )
            stack.callback(os.close, output)
            pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", "-S", str(_PROGRAM)],
                {name: value for name, value in os.environ.items() if name != SESSION_VARIABLE},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, reading, 0),
                    (os.POSIX_SPAWN_DUP2, output, 1),
                    (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
                ],
                setsid=True,
                setsigmask=_DEAF_TO,  # blocked from its first moment, as ignoring would not be
            )
            guardian = cls(pid, writing)
            if terminal:
                guardian._tell("terminal", *_settings(output))
        return guardian

    def watch(
        self,
        session_id: str,
        directory: Path,
        fifos: Iterable[Path] = (),
        rings: Path | None = None,
    ) -> None:
        """Clean up after this session, its directory, these FIFOs outside of it, and the
        directory of its rings."""
        directories = (directory,) if rings is None else (directory, rings)
        self._tell("watch", _mark(session_id), ",".join(map(_hex, directories)), *map(_hex, fifos))

    def forget(self, session_id: str) -> None:
        """Nothing of this session is left."""
        self._tell("forget", _mark(session_id))

    def farewell(self) -> None:
        """Let the guardian end, and reap it. It leaves the terminal alone, and has nothing to do
        if every session was forgotten. Watch nothing afterwards."""
        self._tell("farewell")
        os.close(self._pipe)
        pidfd = os.pidfd_open(self.pid)
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        if poll.poll(_FAREWELL_MILLISECONDS):
            os.waitid(os.P_PIDFD, pidfd, os.WEXITED)
        os.close(pidfd)

    def _tell(self, *words: str) -> None:
        # Somebody may have killed it. ipcviz cleans up after itself without it, too.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, " ".join(words).encode() + b"\n")


def _hex(path: Path) -> str:
    return os.fsencode(path).hex()


def _mark(session_id: str) -> str:
    return os.fsencode(f"{SESSION_VARIABLE}={session_id}").hex()


def _settings(terminal: int) -> list[str]:
    """The terminal's modes as numbers: the flags and speeds, then the control characters."""
    import termios

    *flags, characters = termios.tcgetattr(terminal)
    numbers = [ord(one) if isinstance(one, bytes) else one for one in characters]
    return [str(number) for number in (*flags, *numbers)]
