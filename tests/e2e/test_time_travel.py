"""Back in time and to the present, by keys in a real terminal, while the programs go on."""

from __future__ import annotations

from pathlib import Path

from e2e import kernel_truth
from e2e.test_app import pane, pid_of, runtime, terminal, wait_for_pane
from terminal import Terminal
from waiting import wait_until

__all__ = ["runtime"]


STEPS = 40


def step_back(shown: Terminal) -> None:
    """Press left. The age of the run, in milliseconds, is drawn anew with each step."""
    top = shown.screen()[0]
    shown.keys("Left")
    wait_until(lambda: shown.screen()[0] != top, "a step back")


def back_until(shown: Terminal, role: str, *words: str) -> list[str]:
    """Press left until the role's pane holds all the words, and give the screen then."""
    for _ in range(STEPS):
        screen = shown.screen()
        if all(word in pane(screen, role) for word in words):
            return screen
        step_back(shown)
    raise AssertionError(f"{role} did not show {words}:\n" + "\n".join(shown.screen()))


def test_the_past_of_a_run_that_goes_on(runtime: Path) -> None:
    with terminal(runtime, "run", "basic-main-first") as shown:
        shown.wait_for("Nothing runs yet")
        shown.keys("m")
        main = pid_of(wait_for_pane(shown, "main", "BLOCKED", "read(worker_to_main)"), "main")
        shown.keys("Home")
        shown.wait_for("◂◂ PAST")
        screen = wait_for_pane(shown, "main", "RUNNING")
        assert any("main runs." in row for row in screen)
        truth = kernel_truth.truth(main)
        assert truth is not None
        assert (truth.letter, truth.call) == ("S", "read")

        shown.keys("w")
        shown.wait_for("● live")
        wait_for_pane(shown, "main", "EXITED")
        wait_for_pane(shown, "worker", "EXITED")
        assert not Path(f"/proc/{main}").exists()

        screen = back_until(shown, "main", "BLOCKED", "read(worker_to_main)")
        assert any("◂◂ PAST" in row for row in screen)
        assert pid_of(screen, "main") == main
        screen = back_until(shown, "worker", "not started")
        assert "BLOCKED" in pane(screen, "main")
        text = "\n".join(screen)
        assert "main waits in read(worker_to_main) for data. worker is not started." in text
        assert "156 B" in text
        assert " Subject: Lunch " not in text  # printed by itself

        shown.keys("End")
        shown.wait_for("● live")
        wait_for_pane(shown, "main", "EXITED")
        shown.keys("q")
        assert shown.wait_exit() == 0


def test_a_line_is_edited_before_it_is_fired(runtime: Path) -> None:
    with terminal(runtime, "run", "fork-provider") as shown:
        shown.wait_for("Start provider")
        shown.keys("p")
        wait_for_pane(shown, "main", "READY")
        shown.keys("F")
        shown.wait_for("enter fires, esc does not")
        shown.keys(" or q", "Enter")
        shown.wait_for("› Hello, see you at noon or q")
        assert "enter fires" not in "\n".join(shown.screen())
        shown.keys("F")
        shown.wait_for("enter fires, esc does not")
        shown.keys("Escape")
        wait_until(lambda: "enter fires" not in "\n".join(shown.screen()), "the line is closed")
        shown.keys("q")
        assert shown.wait_exit() == 0
