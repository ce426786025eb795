"""Runs the programs of the built-in scenarios by themselves, as a person would in shells."""

from __future__ import annotations

import array
import fcntl
import os
import re
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipcviz.scenarios import catalog
from ipcviz.scenarios.placeholders import fill
from waiting import wait_until

_FOLDERS = [file.parent for file in catalog.builtin()]
_ANSWER = """\
Hook exited successfully!
Subject: Lunch
To: ada@example.org
From: bob@example.org
----
Hello, see you at noon
"""
# What the kernel calls the place where a process sleeps; the names differ between versions.
_IN_OPEN = r"wait_for_partner|fifo_open"
_IN_READ = r".*pipe_(read|wait)"
_IN_WAIT = r"do_wait"
_IN_LOCK = r"futex.*"


class Shells:
    """Two FIFOs, and the roles of built-in scenarios started by hand."""

    def __init__(self, folder: Path) -> None:
        self.paths = {name: str(folder / name) for name in ("main_to_worker", "worker_to_main")}
        self._started: list[subprocess.Popen[str]] = []
        for path in self.paths.values():
            os.mkfifo(path, 0o600)

    def start(self, scenario: str, role: str, variant: str | None = None) -> subprocess.Popen[str]:
        """Start the program of a role of a built-in scenario."""
        loaded = catalog.load(scenario, variant)
        values = {"python": sys.executable, **self.paths}
        command = loaded.scenario.roles[role].command
        assert command is not None
        process = subprocess.Popen(
            [fill(argument, values) for argument in command],
            cwd=loaded.file.parent,
            env={**os.environ, **loaded.scenario.roles[role].environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def queued(self, name: str) -> int:
        """The bytes that lie in a FIFO which somebody else has open."""
        descriptor = os.open(self.paths[name], os.O_RDONLY | os.O_NONBLOCK)
        try:
            count = array.array("i", [0])
            fcntl.ioctl(descriptor, termios.FIONREAD, count)
            return count[0]
        finally:
            os.close(descriptor)

    def end(self) -> None:
        """Kill what still runs, and all that it started."""
        for process in self._started:
            with process:
                if process.returncode is None:
                    os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def shells(tmp_path: Path) -> Iterator[Shells]:
    shells = Shells(tmp_path)
    yield shells
    shells.end()


def _sleeps(pid: int, where: str) -> bool:
    return re.fullmatch(where, Path(f"/proc/{pid}/wchan").read_text()) is not None


def _child(parent: int) -> int:
    """The only child of a process."""

    def children() -> list[str]:
        return Path(f"/proc/{parent}/task/{parent}/children").read_text().split()

    (child,) = wait_until(children, f"{parent} has a child")
    return int(child)


def _signal_pending(pid: int) -> bool:
    """SIGUSR1 was sent to a process and is not handled yet."""
    status = Path(f"/proc/{pid}/status").read_text()
    masks = re.findall(r"^(?:SigPnd|ShdPnd):\s*(\w+)", status, re.MULTILINE)
    return any(int(mask, 16) >> (signal.SIGUSR1 - 1) & 1 for mask in masks)


@pytest.mark.parametrize(("variant", "where"), [(None, _IN_READ), ("one-way", _IN_OPEN)])
@pytest.mark.parametrize(
    ("scenario", "first", "second"),
    [("basic-worker-first", "worker", "main"), ("basic-main-first", "main", "worker")],
)
def test_who_comes_first_waits_for_the_other(
    shells: Shells, scenario: str, first: str, second: str, variant: str | None, where: str
) -> None:
    waiting = shells.start(scenario, first, variant)
    wait_until(lambda: _sleeps(waiting.pid, where), f"{first} waits")
    coming = shells.start(scenario, second, variant)
    printed = {first: waiting.communicate(timeout=10)[0], second: coming.communicate(timeout=10)[0]}
    assert printed["main"].endswith(_ANSWER)
    assert (waiting.returncode, coming.returncode) == (0, 0)


def test_opened_one_way_a_worker_learns_that_nobody_will_ask(shells: Shells) -> None:
    worker = shells.start("basic-worker-first", "worker", "one-way")
    with open(shells.paths["main_to_worker"], "w"), open(shells.paths["worker_to_main"]):
        pass  # somebody comes, asks nothing and goes
    assert worker.wait(timeout=10) == 1


def test_the_provider_serves_hooks_until_its_input_ends(shells: Shells) -> None:
    provider = shells.start("fork-provider", "provider")
    actions = catalog.load("fork-provider").scenario.actions
    lines = [action.write_line.text for action in actions.values() if action.write_line]
    printed, _ = provider.communicate("".join(line + "\n" for line in lines), timeout=10)
    assert provider.returncode == 0
    assert printed.count(_ANSWER) == 1
    assert printed.count("Hook failed.\n") == 2
    assert printed.endswith("main and worker have ended\n")


def test_the_worker_of_the_provider_survives_a_hook_that_fails(shells: Shells) -> None:
    provider = shells.start("fork-provider", "provider")
    lines = "alwaysFails one\nformatMessage Hello, see you at noon\n"
    printed, _ = provider.communicate(lines, timeout=10)
    assert printed.index("Hook failed.") < printed.index(_ANSWER)


@pytest.mark.parametrize(("variant", "where"), [(None, _IN_WAIT), ("work-in-handler", _IN_LOCK)])
def test_main_and_the_worker_that_it_woke_stand_still(
    shells: Shells, variant: str | None, where: str
) -> None:
    worker = shells.start("signals", "worker", variant)
    main = _child(worker.pid)
    wait_until(
        lambda: _sleeps(main, _IN_READ) and _sleeps(worker.pid, where),
        "main waits for the answer, the worker for main or for its lock",
    )
    assert not _signal_pending(worker.pid)
    assert shells.queued("main_to_worker") > 0


def test_the_worker_takes_note_and_works_once_main_is_gone(shells: Shells) -> None:
    worker = shells.start("signals", "worker")
    main = _child(worker.pid)
    wait_until(lambda: _sleeps(main, _IN_READ), "main waits for the answer")
    os.kill(main, signal.SIGKILL)
    printed, _ = worker.communicate(timeout=10)
    assert printed.endswith("main has ended; signals noted: 1\n")
    assert worker.returncode == 0


def test_a_worker_that_works_in_its_handler_stays_stuck_without_main(shells: Shells) -> None:
    worker = shells.start("signals", "worker", "work-in-handler")
    main = _child(worker.pid)
    wait_until(lambda: _sleeps(main, _IN_READ), "main waits for the answer")
    wait_until(lambda: _sleeps(worker.pid, _IN_LOCK), "the handler waits for the lock")
    os.kill(main, signal.SIGKILL)
    wait_until(lambda: ") Z " in Path(f"/proc/{main}/stat").read_text(), "main has ended")
    assert _sleeps(worker.pid, _IN_LOCK)


@pytest.mark.parametrize("name", ["hooks.py", "main_one_way.py", "worker_one_way.py"])
def test_what_several_folders_hold_is_the_same(name: str) -> None:
    """Each folder is whole by itself, so that it can be copied; its programs may not drift."""
    texts = {file.read_text() for folder in _FOLDERS for file in folder.glob(name)}
    assert len(texts) == 1


@pytest.mark.parametrize("name", ["main.py", "worker.py"])
def test_both_basic_scenarios_run_the_same_programs(name: str) -> None:
    basic = [folder / name for folder in _FOLDERS if (folder / "main_one_way.py").exists()]
    assert len({file.read_text() for file in basic}) == 1


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_programs_are_short_and_their_own(folder: Path) -> None:
    for program in folder.glob("*.py"):
        text = program.read_text()
        assert text.count("\n") < 60
        assert "ipcviz" not in text
