"""However ipcviz ends, nothing of its run is left: no process, no FIFO, no broken terminal."""

from __future__ import annotations

import os
import pty
import random
import signal
import subprocess
import termios
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from headless_run import environment, ipcviz
from terminal import Terminal, spawn
from waiting import wait_until

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
SCENARIOS = ("basic-worker-first", "signals", "fork-provider")
STARTS = {"basic-worker-first": "w", "signals": "w", "fork-provider": "p"}
ALTERNATE_SCREEN, MOUSE, PASTE = 1049, {1000, 1002, 1003, 1006, 1015}, 2004


class Marked:
    """A run whose processes can all be found again, whatever became of them: each inherits a
    mark in its environment. Its FIFOs stand below `runtime`."""

    def __init__(self, runtime: Path) -> None:
        self.runtime = runtime
        self._mark = f"IPCVIZ_TEST_MARK={uuid.uuid4()}"
        name, _, value = self._mark.partition("=")
        self.variables = {"XDG_RUNTIME_DIR": str(runtime), name: value}

    def processes(self) -> list[str]:
        """What still runs of it, as its command line."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                if self._mark.encode() in Path(f"/proc/{pid}/environ").read_bytes():
                    found.append(Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "))
            except (OSError, ProcessLookupError):
                continue
        return found

    def check_nothing_is_left(self) -> None:
        wait_until(lambda: not self.processes(), f"no process is left, not {self.processes()}")
        wait_until(lambda: not (self.runtime / "ipcviz").exists(), "no FIFO directory is left")


@pytest.fixture
def marked(tmp_path: Path) -> Marked:
    tmp_path.chmod(0o700)
    return Marked(tmp_path)


def random_moment(seed: str) -> float:
    """Seconds into a run: somewhere between its first instruction and a settled state."""
    return random.Random(seed).uniform(0.0, 1.2)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("number", SIGNALS)
def test_without_a_screen(marked: Marked, number: signal.Signals, scenario: str) -> None:
    script = f"start {'provider' if STARTS[scenario] == 'p' else 'worker'}; sleep 60"
    command = ipcviz("run", scenario, "--headless", "--json", "--script", script)
    variables = environment(**marked.variables)
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=variables) as run:
        assert run.stdout is not None
        run.stdout.readline()
        # The moment itself is what is tried out: there is no condition to wait for.
        time.sleep(random_moment(f"{scenario} {number}"))
        run.send_signal(number)
        run.communicate(timeout=10)
    expected = -number if number == signal.SIGKILL else 128 + number
    assert run.returncode == expected
    marked.check_nothing_is_left()


def by_signal(number: signal.Signals) -> Callable[[Terminal], None]:
    return lambda terminal: os.kill(terminal.pid, number)


def by_keys(*keys: str) -> Callable[[Terminal], None]:
    return lambda terminal: terminal.keys(*keys)


WAYS: dict[str, tuple[Callable[[Terminal], None], int]] = {
    "q": (by_keys("q"), 0),
    "ctrl+q": (by_keys("C-q"), 0),
    "ctrl+c": (by_keys("C-c"), 130),
    **{number.name: (by_signal(number), 128 + number) for number in SIGNALS[:-1]},
    "SIGKILL": (by_signal(signal.SIGKILL), -signal.SIGKILL),
}
"""How the app is ended, and the exit code then."""


def settings_of_a_new_terminal() -> list[Any]:
    """Those that every terminal of these tests begins with."""
    master, slave = pty.openpty()
    try:
        return termios.tcgetattr(slave)
    finally:
        os.close(master)
        os.close(slave)


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("way", WAYS)
def test_in_the_app(marked: Marked, way: str, scenario: str) -> None:
    end, code = WAYS[way]
    before = settings_of_a_new_terminal()
    with Terminal(ipcviz("run", scenario), environment=marked.variables) as terminal:
        terminal.wait_for("Nothing runs yet")
        terminal.keys(STARTS[scenario])
        time.sleep(random_moment(f"{scenario} {way}"))
        end(terminal)
        assert terminal.wait_exit() == code
        marked.check_nothing_is_left()
        wait_until(lambda: terminal.line_settings() == before, "the line settings are back")
        wait_until(
            lambda: not terminal.private_modes() & {ALTERNATE_SCREEN, PASTE, *MOUSE},
            "the alternate screen, the mouse and bracketed paste are off",
        )


@pytest.mark.parametrize("milliseconds", [0, 5, 10, 20, 40])
def test_the_terminal_is_closed_while_the_app_paints(marked: Marked, milliseconds: int) -> None:
    pid, master = spawn(ipcviz("run", "fork-provider"), 80, 24, marked.variables)
    read_until(master, b"Nothing runs yet")
    os.write(master, b"?")
    time.sleep(milliseconds / 1000)  # somewhere in the midst of the painting of the help
    os.close(master)
    _, status = wait_until(lambda: ended(pid), "ipcviz has ended") or (0, 0)
    assert os.waitstatus_to_exitcode(status) == 128 + signal.SIGHUP
    marked.check_nothing_is_left()


def read_until(master: int, text: bytes) -> None:
    painted = b""
    while text not in painted:
        painted += os.read(master, 65536)


def ended(pid: int) -> tuple[int, int] | None:
    found = os.waitpid(pid, os.WNOHANG)
    return found if found[0] else None
