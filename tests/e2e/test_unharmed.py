"""What is done to the app from outside does not harm it: it ends as it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from headless_run import ipcviz
from programs import needs
from tmux_terminal import TmuxTerminal
from waiting import wait_until


@needs("tmux")
@pytest.mark.parametrize(("name", "code"), [("TERM", 143), ("HUP", 129), ("INT", 130)])
def test_a_suspended_app_is_ended_by_a_signal(tmp_path: Path, name: str, code: int) -> None:
    tmp_path.chmod(0o700)
    variables = {"XDG_RUNTIME_DIR": str(tmp_path)}
    shell = ("bash", "--norc", "--noprofile", "-i")
    with TmuxTerminal(shell, 100, 30, variables) as shown:
        shown.wait_for("bash-")
        shown.keys("set -b; " + " ".join(ipcviz("run", "basic-main-first")), "Enter")
        shown.wait_for("Nothing runs yet")
        shown.keys("m")
        shown.wait_for("BLOCKED")
        shown.keys("C-z")
        shown.wait_for("Stopped")
        assert list(tmp_path.rglob("*"))
        shown.keys(f"kill -{name} %1; kill -CONT %1", "Enter")
        shown.wait_for(f"Exit {code}")
        wait_until(lambda: not list(tmp_path.rglob("*")), "nothing is left of the run")
        shown.keys("echo the shell reads $((6 * 7))", "Enter")
        shown.wait_for("the shell reads 42")
        shown.keys("exit", "Enter")
        assert shown.wait_exit() == 0
