"""tmux as a terminal: for what passes through it otherwise than through a plain one."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyte

from terminal import AnyTerminal, Cells, Screen, cells_of, inherited

_WRAP = 7


class TmuxTerminal(AnyTerminal):
    """A window of a tmux server of its own, which ends with it."""

    def __init__(
        self,
        command: Sequence[str],
        columns: int = 120,
        rows: int = 40,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tmux-"))
        variables = {"COLORTERM": "truecolor"} | dict(environment or {})
        self._size = (columns, rows)
        self._tmux(
            *("start-server", ";", "set-option", "-g", "default-terminal", "tmux-256color", ";"),
            *("set-option", "-g", "status", "off", ";"),
            *("set-window-option", "-g", "remain-on-exit", "on", ";"),
            *("new-session", "-d", "-x", str(columns), "-y", str(rows)),
            *(part for name, value in variables.items() for part in ("-e", f"{name}={value}")),
            shlex.join(["exec", *command]),
        )
        self.pid = int(self._ask("pane_pid"))

    def keys(self, *names: str) -> None:
        self._tmux("send-keys", *names)

    def cells(self) -> Cells:
        columns, rows = self._size
        screen = Screen(columns, rows)
        screen.reset_mode(_WRAP, private=True)
        text = self._tmux("capture-pane", "-e", "-N", "-p")
        pyte.Stream(screen).feed(text.rstrip("\n").replace("\n", "\r\n"))
        return cells_of(screen)

    def resize(self, columns: int, rows: int) -> None:
        self._size = (columns, rows)
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def exit_code(self) -> int | None:
        code, killed_by = self._ask("pane_dead_status"), self._ask("pane_dead_signal")
        if code or killed_by:
            return int(code) if code else -int(killed_by)
        if self._ask("pane_dead") == "1":
            # tmux 3.3 now and then misses the SIGCHLD of a pane that it saw closing, and leaves
            # a zombie until the next one comes.
            os.kill(int(self._ask("pid")), signal.SIGCHLD)
        return None

    def close(self) -> None:
        try:
            if self.exit_code() is None:
                os.kill(self.pid, signal.SIGHUP)
                self.wait_exit()
        finally:
            self._tmux("kill-server")
            shutil.rmtree(self._folder)

    def _ask(self, variable: str) -> str:
        return self._tmux("display-message", "-p", f"#{{{variable}}}").strip()

    def _tmux(self, *arguments: str) -> str:
        socket = self._folder / "socket"
        command = ["tmux", "-S", str(socket), "-f", os.devnull, *arguments]
        # Without TMUX, a tmux that this runs in is left alone.
        variables = {name: value for name, value in inherited().items() if name != "TMUX"}
        done = subprocess.run(command, capture_output=True, text=True, env=variables, check=False)
        assert done.returncode == 0, f"{shlex.join(command)}: {done.stderr}"
        return done.stdout
