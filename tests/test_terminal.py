"""The terminals that the tests look through tell the truth themselves."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from programs import needs
from terminal import AnyTerminal, Terminal
from tmux_terminal import TmuxTerminal
from waiting import wait_until

KINDS = [
    pytest.param(Terminal, id="pty"),
    pytest.param(TmuxTerminal, id="tmux", marks=needs("tmux")),
]
ECHO = """
import os
size = os.get_terminal_size()
print("\\x1b[2mdim\\x1b[0m \\x1b[7mreverse\\x1b[0m \\x1b[38;2;2;22;200mblue\\x1b[0m")
print(f"size {size.columns} {size.lines}", flush=True)
line = input()
print(f"read <{line}>", flush=True)
raise SystemExit(3)
"""
SIZES = """
import os, signal
def show(*_):
    size = os.get_terminal_size()
    print(f"size {size.columns} {size.lines}", flush=True)
signal.signal(signal.SIGWINCH, show)
show()
while True:
    signal.pause()
"""
Kind = Callable[..., AnyTerminal]


@pytest.mark.parametrize("kind", KINDS)
def test_keys_go_in_and_the_screen_comes_out(kind: Kind) -> None:
    with kind([sys.executable, "-c", ECHO], columns=70, rows=20) as terminal:
        terminal.wait_for("size 70 20")
        cells = terminal.cells()
        assert (len(cells), len(cells[0])) == (20, 70)
        assert cells[0][0].blink, "dim letters are kept, as blinking ones"
        assert not cells[0][3].blink
        assert cells[0][4].reverse
        assert (cells[0][12].data, cells[0][12].fg) == ("b", "0216c8")
        terminal.keys("hello", "Space", "you", "Enter")
        terminal.wait_for("read <hello you>")
        assert terminal.wait_exit() == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_is_told_of_a_new_size(kind: Kind) -> None:
    with kind([sys.executable, "-c", SIZES], columns=80, rows=24) as terminal:
        terminal.wait_for("size 80 24")
        terminal.resize(100, 30)
        terminal.wait_for("size 100 30")
        assert len(terminal.cells()) == 30


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_of_another_terminal_is_not_handed_on(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "33")
    monkeypatch.setenv("LINES", "11")
    ask = "import shutil; print('size', *shutil.get_terminal_size(), flush=True); input()"
    with kind([sys.executable, "-c", ask], columns=70, rows=20) as terminal:
        terminal.wait_for("size 70 20")


@pytest.mark.parametrize("kind", KINDS)
def test_control_keys_are_signals(kind: Kind) -> None:
    with kind([sys.executable, "-c", SIZES]) as terminal:
        terminal.wait_for("size 120 40")
        terminal.keys("C-\\")
        assert terminal.wait_exit() == -3


def test_closing_hangs_up() -> None:
    terminal = Terminal([sys.executable, "-c", SIZES])
    terminal.wait_for("size")
    terminal.close()
    assert terminal.exit_code() == -1


def test_modes_are_the_terminals_own() -> None:
    draw = "print('\\x1b[?1049h\\x1b[?1000hdrawn', flush=True); input(); print('\\x1b[?1049l')"
    with Terminal([sys.executable, "-c", draw]) as terminal:
        terminal.wait_for("drawn")
        assert {1049, 1000} <= terminal.private_modes()
        terminal.keys("Enter")
        wait_until(lambda: 1049 not in terminal.private_modes(), "the screen is given back")


def test_a_half_drawn_screen_is_not_shown() -> None:
    draw = """if True:
        import sys, time
        print("\\x1b[?2026hbegun", flush=True)
        time.sleep(0.2)
        print("drawn\\x1b[?2026l", flush=True)
        input()
    """
    with Terminal([sys.executable, "-c", draw]) as terminal:
        assert terminal.wait_for("begun")[:2] == ["begun", "drawn"]
