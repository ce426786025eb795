"""What is left of a run when ipcviz is killed so that it cannot clean up: nothing."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from ipcviz.supervisor.guardian import Guardian
from leftovers import lives, processes_of
from supervisor.host import RAW, hosted
from waiting import wait_until

STAYERS = {
    "one process": "exec sleep 600",
    "children": "sleep 600 & sleep 600 & wait",
    "a grandchild with setsid": "setsid sleep 600 & setsid setsid sleep 600 & wait",
    "an orphan": "(setsid sleep 600 &) ; wait",
    "one that ignores signals": "trap '' TERM HUP INT; sleep 600; sleep 600",
    "one that is stopped": "kill -STOP $$",
    "one that forks for ever": "while true; do (exit 0); done",
}


@pytest.mark.parametrize("script", STAYERS.values(), ids=STAYERS.keys())
def test_ends_what_a_killed_ipcviz_leaves(runtime: Path, tmp_path: Path, script: str) -> None:
    declared = tmp_path / "a name\nwith a line end"
    with hosted(script, str(declared)) as host:
        wait_until(lambda: processes_of(host.session_id), "there is one to be found")
        assert [fifo.is_fifo() for fifo in host.fifos] == [True, True]
        host.kill()
        wait_until(lambda: not processes_of(host.session_id), "no process is left")
        wait_until(lambda: not lives(host.guardian), "the guardian has ended, too")
        assert processes_of(host.session_id) == []
        assert not declared.exists()
        assert list(runtime.iterdir()) == []


def test_leaves_what_took_the_place_of_a_directory_or_fifo(runtime: Path, tmp_path: Path) -> None:
    declared = tmp_path / "declared"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("")
    with hosted("exec sleep 600", str(declared)) as host:
        declared.unlink()
        declared.write_text("precious")
        folder = host.fifos[0].parent
        folder.rename(tmp_path / "moved")
        folder.symlink_to(elsewhere)
        host.kill()
        wait_until(lambda: not lives(host.guardian), "the guardian has ended")
    assert declared.read_text() == "precious"
    assert (elsewhere / "precious").exists()


def test_the_group_s_signals_do_not_reach_it(runtime: Path) -> None:
    guardian = Guardian.start(terminal=False)
    for name in ("INT", "TERM", "HUP", "QUIT", "TSTP", "TTIN", "TTOU", "PIPE"):
        os.kill(guardian.pid, signal.Signals[f"SIG{name}"])
    assert os.getsid(guardian.pid) == guardian.pid
    folder = runtime / "ipcviz" / "left"
    folder.mkdir(parents=True)
    guardian.watch("left", folder)
    guardian.farewell()
    assert not folder.exists(), "it did its work"
    assert not Path(f"/proc/{guardian.pid}").exists(), "it left by itself, and is reaped"


def test_leaves_at_once_when_told(runtime: Path) -> None:
    guardian = Guardian.start(terminal=False)
    wait_until(lambda: os.readlink(f"/proc/{guardian.pid}/cwd") == "/", "it waits")
    began = time.monotonic()
    guardian.farewell()
    assert time.monotonic() - began < 0.5


def test_cleans_up_after_a_farewell_with_a_session_left(runtime: Path, tmp_path: Path) -> None:
    """As when a second Ctrl+C cuts the clean-up short."""
    guardian = Guardian.start(terminal=False)
    folder = runtime / "ipcviz" / "left"
    folder.mkdir(parents=True)
    environment = {**os.environ, "IPCVIZ_SESSION": "left"}
    with subprocess.Popen(["sleep", "600"], env=environment) as left:
        guardian.watch("left", folder)
        guardian.farewell()
        assert left.wait(10) == -signal.SIGKILL
    wait_until(lambda: not folder.exists(), "the folder is removed")


def test_forgets_a_session(runtime: Path) -> None:
    guardian = Guardian.start(terminal=False)
    environment = {**os.environ, "IPCVIZ_SESSION": "kept"}
    with subprocess.Popen(["sleep", "600"], env=environment) as kept:
        guardian.watch("kept", runtime / "ipcviz" / "kept")
        guardian.forget("kept")
        guardian.farewell()
        assert kept.poll() is None
        kept.kill()


def test_its_death_is_no_harm(runtime: Path) -> None:
    guardian = Guardian.start(terminal=False)
    os.kill(guardian.pid, signal.SIGKILL)
    wait_until(lambda: not lives(guardian.pid), "it is dead")
    guardian.watch("any", runtime / "any")
    guardian.forget("any")
    guardian.farewell()


def test_the_terminal_is_restored(runtime: Path) -> None:
    master, slave = pty.openpty()
    try:
        before = termios.tcgetattr(slave)
        with hosted("exec sleep 600", RAW, terminal=slave) as host:
            assert termios.tcgetattr(slave) != before
            os.write(slave, b"\x1b[?1049h\x1b[?1003happ")
            host.kill()
            wait_until(lambda: termios.tcgetattr(slave) == before, "the modes are back")
            wait_until(lambda: not lives(host.guardian), "the guardian has ended")
        written = os.read(master, 65536)
        for off in (1049, 1000, 1002, 1003, 1006, 1015, 1004, 2004, 2048):
            assert written.rfind(b"\x1b[?%dl" % off) > written.find(b"app"), f"mode {off} is off"
        assert b"\x1b[?25h" in written, "the cursor is shown"
        assert b"\x1b[<u" in written, "kitty's keyboard is off"
    finally:
        os.close(master)
        os.close(slave)


def test_a_shell_s_own_modes_stay(runtime: Path) -> None:
    """With signals by key on, it is no app's terminal any more: a shell edits its line there."""
    master, slave = pty.openpty()
    try:
        with hosted("exec sleep 600", terminal=slave) as host:
            line_editing = termios.tcgetattr(slave)
            line_editing[3] &= ~(termios.ICANON | termios.ECHO)
            termios.tcsetattr(slave, termios.TCSANOW, line_editing)
            host.kill()
            wait_until(lambda: not lives(host.guardian), "the guardian has ended")
            assert termios.tcgetattr(slave)[3] == line_editing[3]
    finally:
        os.close(master)
        os.close(slave)


def test_a_held_terminal_does_not_hold_it(runtime: Path) -> None:
    """Nobody reads the terminal, as after ctrl+s: the processes are ended all the same."""
    master, slave = pty.openpty()
    try:
        with hosted("exec sleep 600", RAW, terminal=slave) as host:
            os.set_blocking(slave, False)
            try:
                while True:
                    os.write(slave, b"x" * 4096)
            except BlockingIOError:
                pass
            host.kill()
            wait_until(lambda: not processes_of(host.session_id), "no process is left")
    finally:
        os.close(master)
        os.close(slave)


def test_it_is_small() -> None:
    """It imports nothing of ipcviz, and only what every interpreter has read already."""
    program = Path(__file__).parents[2] / "src/ipcviz/supervisor/guardian_process.py"
    code = (
        "import sys; exec(open(sys.argv[1]).read(), {}); "
        "print(*sorted(name for name in ('ipcviz', 'shutil', 'signal', 're', 'enum', 'termios') "
        "if name in sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(program)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == ""
