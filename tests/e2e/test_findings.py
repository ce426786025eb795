"""A finding in a real terminal, held against /proc: it appears, has its panel, and is over."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e import kernel_truth
from e2e.test_app import SIZES, pane, pid_of, runtime, terminal, wait_for_pane
from ipcviz.ui.theme import DARK
from terminal import Terminal
from waiting import wait_until

__all__ = ["runtime"]

PANEL = "enter goes to its moment"


def bands(shown: Terminal) -> set[str]:
    """The grounds of the rows that tell of a block in a pane."""
    return {
        row[column].bg
        for row, text in zip(shown.cells(), shown.screen(), strict=True)
        for column in range(len(text))
        if text.startswith("BLOCKED", column)
    }


@pytest.mark.parametrize("size", SIZES)
def test_the_deadlock_of_two_that_wait_for_each_other(runtime: Path, size: tuple[int, int]) -> None:
    with terminal(runtime, "run", "signals", size=size) as shown:
        shown.wait_for("Nothing runs yet")
        shown.keys("w")
        wait_for_pane(shown, "main", "BLOCKED", "read(worker_to_main)")
        screen = shown.wait_for("━ ✗ deadlock")
        for role, call in (("main", "read"), ("worker", "wait")):
            truth = kernel_truth.truth(pid_of(screen, role))
            assert truth is not None
            assert (truth.letter, truth.call) == ("S", call)
        text = "\n".join(shown.wait_for("✗ deadlock: "))
        for words in ("main waits for worker", "worker waits for main", "kill main", "▓"):
            assert words in text
        assert bands(shown) == {DARK.variables["failed-band"].removeprefix("#")}

        shown.keys("d")
        shown.wait_for(PANEL)
        shown.wait_for("error, certain")
        shown.keys("Enter")
        screen = shown.wait_for("◂◂ PAST")
        assert any(row.lstrip("│ ").startswith("▸") and "✗ deadlock" in row for row in screen)
        for role in ("main", "worker"):
            assert "BLOCKED" in pane(screen, role)
        assert PANEL not in "\n".join(screen)

        shown.keys("End")
        shown.wait_for("● live")
        shown.keys("K")
        shown.wait_for("┄ ✓ deadlock is over ┄")
        wait_for_pane(shown, "main", "KILLED")
        wait_for_pane(shown, "worker", "EXITED")
        assert "▓" not in "\n".join(shown.screen()[-3:])
        shown.keys("q")
        assert shown.wait_exit() == 0


def test_a_panel_without_findings_is_closed_by_its_key(runtime: Path) -> None:
    with terminal(runtime, "run", "basic-main-first") as shown:
        shown.wait_for("Nothing runs yet")
        shown.keys("d")
        shown.wait_for("No rule finds anything wrong at this moment.")
        shown.keys("d")
        wait_until(lambda: PANEL not in "\n".join(shown.screen()), "the panel is closed")
        shown.keys("q")
        assert shown.wait_exit() == 0
