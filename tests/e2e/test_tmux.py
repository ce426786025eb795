"""The app inside tmux, where keys and screen pass through one more terminal."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from headless_run import ipcviz
from programs import needs
from tmux_terminal import TmuxTerminal
from waiting import wait_until

pytestmark = needs("tmux")

PROMPT = 1.0
"""Seconds within which a key is answered. An escape that waits to become a sequence takes longer
than that where the terminal's own delay is long."""


def tmux(tmp_path: Path, *command: str) -> TmuxTerminal:
    tmp_path.chmod(0o700)
    return TmuxTerminal(command, 100, 30, {"XDG_RUNTIME_DIR": str(tmp_path)})


def test_a_capital_letter_is_a_key_of_its_own(tmp_path: Path) -> None:
    with tmux(tmp_path, *ipcviz("run", "basic-main-first")) as shown:
        shown.wait_for("Nothing runs yet")
        shown.keys("m")
        shown.wait_for("BLOCKED")
        shown.keys("K")
        shown.wait_for("SIGKILL by you")
        shown.keys("q")
        assert shown.wait_exit() == 0


def test_escape_is_answered_at_once(tmp_path: Path) -> None:
    with tmux(tmp_path, *ipcviz("run", "basic-main-first")) as shown:
        shown.wait_for("Nothing runs yet")
        began = time.monotonic()
        shown.keys("Escape")
        shown.wait_for("4 scenarios")
        assert time.monotonic() - began < PROMPT
        shown.keys("q")
        assert shown.wait_exit() == 0


def test_a_suspended_app_comes_back_whole(tmp_path: Path) -> None:
    with tmux(tmp_path, "bash", "--norc", "--noprofile", "-i") as shell:
        shell.wait_for("bash-")
        shell.keys(" ".join(ipcviz("run", "basic-main-first")), "Enter")
        before = shell.wait_for("Nothing runs yet")
        shell.keys("C-z")
        shell.wait_for("Stopped")
        shell.keys("echo the shell reads $((6 * 7))", "Enter")
        shell.wait_for("the shell reads 42")
        shell.keys("fg", "Enter")
        wait_until(lambda: shell.screen()[1] == before[1], "the screen is back")
        shell.keys("m")
        shell.wait_for("BLOCKED")
        shell.keys("q")
        wait_until(lambda: "quit" not in "".join(shell.screen()), "the app has gone")
        shell.keys("exit", "Enter")
        assert shell.wait_exit() == 0


def test_what_others_wrote_over_it_is_drawn_anew(tmp_path: Path) -> None:
    with tmux(tmp_path, *ipcviz("run", "basic-main-first")) as shown:
        shown.wait_for("Nothing runs yet")
        at_first = shown.screen()[0]
        wait_until(lambda: shown.screen()[0] != at_first, "the clock goes on, and all is drawn")
        screen = shown.screen()
        with open(os.readlink(f"/proc/{shown.pid}/fd/0"), "w") as terminal:
            terminal.write("\x1b[5;1Hstray text of somebody else")
        shown.wait_for("stray text of somebody else")
        shown.keys("C-l")
        wait_until(lambda: shown.screen()[4] == screen[4], "the stray text is gone")
        os.kill(shown.pid, signal.SIGTERM)
        assert shown.wait_exit() == 128 + signal.SIGTERM
