"""--fail-on: exit code 3 where something was found, however briefly, and nothing worse happened."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from headless_run import ipcviz, run_headless
from terminal import Terminal

HAS_A_ZOMBIE = '''\
format = 1
id = "mine"
title = "Mine"
[roles.one]
command = ["{python}", "-c", """
import os, signal, sys
signal.signal(signal.SIGUSR1, lambda *_: os.wait() and sys.exit(0))
signal.signal(signal.SIGUSR2, lambda *_: sys.exit(7))
if os.fork() == 0:
    os._exit(0)
while True:
    signal.pause()
"""]
'''


@pytest.fixture
def mine(tmp_path: Path) -> str:
    """A program whose child is a zombie, until SIGUSR1 ends both."""
    file = tmp_path / "mine.toml"
    file.write_text(HAS_A_ZOMBIE)
    return str(file)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        ("zombie", 3),
        ("fifo-removed, zombie", 3),
        ("warning", 3),
        ("error", 0),
        ("fifo-removed,waiting-for-reader", 0),
    ],
)
def test_what_was_found_is_what_was_named_or_is_not(mine: str, named: str, code: int) -> None:
    told = run_headless(mine, "--script", "start one; expect zombie", "--fail-on", named)
    assert told.code == code, told.stderr
    assert [one["rule"] for one in told.summary["findings"]] == ["zombie"]


def test_a_finding_that_is_over_counts(mine: str) -> None:
    script = "start one; expect zombie; signal one USR1; wait all exited"
    told = run_headless(mine, "--script", script, "--fail-on", "zombie")
    assert told.code == 3, told.stderr
    assert [one["rule"] for one in told.of_type("finding.clear")] == ["zombie"]
    assert told.summary["findings"] == []


def test_ending_what_then_remains_raises_and_clears_nothing(mine: str) -> None:
    told = run_headless(mine, "--script", "start one; expect zombie; sleep 0.1")
    last_step = max(event["seq"] for event in told.of_type("step"))
    judged = told.of_type("finding") + told.of_type("finding.clear")
    assert [event["seq"] < last_step for event in judged] == [True]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("start one; expect zombie; signal one USR2; wait one exited", 1),
        ("start one; expect zombie; start one", 1),
        ("start one; expect zombie; sleep 60", 4),
    ],
)
def test_what_is_worse_comes_first(mine: str, script: str, code: int) -> None:
    told = run_headless(mine, "--script", script, "--fail-on", "zombie", "--timeout", "4")
    assert told.code == code, told.stderr
    assert told.of_type("finding")


def test_so_does_an_interruption(mine: str) -> None:
    script = "start one; expect zombie; sleep 60"
    command = ipcviz("run", mine, "--headless", "--json", "--script", script, "--fail-on", "zombie")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert any(json.loads(line)["type"] == "finding" for line in run.stdout)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=10)
    assert run.returncode == 130


def test_in_the_app_it_counts_in_every_run(mine: str) -> None:
    with Terminal(ipcviz("run", mine, "--fail-on", "zombie")) as terminal:
        terminal.wait_for("Nothing runs yet")
        terminal.keys("o")
        terminal.wait_for("zombie:")
        terminal.keys("r")
        terminal.wait_for("Nothing runs yet")
        terminal.keys("q")
        assert terminal.wait_exit() == 3


def test_in_the_app_nothing_found_is_no_failure(mine: str) -> None:
    with Terminal(ipcviz("run", mine, "--fail-on", "zombie")) as terminal:
        terminal.wait_for("Nothing runs yet")
        terminal.keys("q")
        assert terminal.wait_exit() == 0
