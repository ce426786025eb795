"""What keys, clicks and commands do."""

from __future__ import annotations

import pytest

from ipcviz.supervisor.guardian import Guardian
from ipcviz.ui.commands import APP, MENU, RUN
from ipcviz.ui.screens.sized import SizedScreen
from ipcviz.ui.widgets.keybar import Entry, KeyBar
from ui.shown import PYTHON, run, showing


def test_help_and_quit_stay_however_narrow_it_is() -> None:
    entries = [Entry(letter, "a word") for letter in "abcdefgh"]
    bar = KeyBar(lambda: [*entries, Entry("?", "help"), Entry("q", "quit")])
    for width in range(20, 140):
        drawn = bar.draw(width, 1)[0].plain
        assert drawn.endswith("? help  q quit")
        assert len(drawn) == width - 1
        shown = drawn.split("?")[0].split("  ")
        assert all(word.strip() == "" or word.strip().endswith("a word") for word in shown)


def test_n_takes_one_step_after_the_other_with_their_words(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.see("step 1 of 4", "Main asks before anyone listens.")
            await shown.press("n")
            await shown.see("step 2 of 4", "■ BLOCKED")
            await shown.press("n")
            await shown.see("step 3 of 4", "A worker comes.")
            await shown.press("n")
            await shown.see("step 4 of 4")
            await shown.press("n")
            await shown.see("Every step of the play has been taken.", "✓ EXITED")
            assert "n next" not in shown.rows()[-1]

    run(test())


def test_a_plays_and_space_holds(guardian: Guardian, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is answered at once, not only when the seconds are drawn."""
    monkeypatch.setattr("ipcviz.ui.screens.scenario.TICK", 60)

    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("a")
            await shown.see("space hold")
            assert shown.session.steps.playing
            await shown.press("space")
            await shown.see("n next", "space go on")
            assert not shown.session.steps.playing
            await shown.press("space")
            await shown.see("space hold")

    run(test())


def test_a_signal_is_chosen_by_what_the_process_makes_of_it(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "signals") as shown:
            await shown.press("w")
            await shown.see("blocks in read(worker_to_main)")
            await shown.press("tab", "k")
            rows = await shown.see("enter sends, esc does not")
            line = next(row for row in rows if "│ SIGUSR1" in row)
            assert "runs its handler" in line
            await shown.press("escape")
            await shown.until(lambda: "enter sends" not in shown.text(), "the chooser is closed")
            assert "by you" not in shown.text()
            await shown.press("k", "enter")
            await shown.see("↯ SIGUSR1 by you")

    run(test())


def test_a_click_on_a_chip_presses_its_key(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.click_on("start worker")
            await shown.see(f"{PYTHON} worker.py ●")

    run(test())


def test_a_click_on_a_chip_means_the_role_that_it_names(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "signals") as shown:
            await shown.press("w")
            await shown.see("kill worker")
            await shown.click_on("kill worker")
            await shown.see("† KILLED", "↯ SIGKILL by you")
            process = shown.session.model.roles["worker"].process
            assert process is not None
            assert process.ended_by_ipcviz

    run(test())


def test_a_click_on_the_key_bar_presses_the_key(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.click_on("w worker")
            await shown.see(f"{PYTHON} worker.py ●")
            await shown.click_on("? help")
            await shown.see("arrows scroll, esc closes")

    run(test())


def test_a_click_on_a_pane_gives_it_the_focus(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.click_on("╭─ worker")
            await shown.see("┏━ worker")

    run(test())


@pytest.mark.parametrize("scenario", [None, "basic-main-first"])
def test_help_tells_every_key_of_the_screen(guardian: Guardian, scenario: str | None) -> None:
    async def test() -> None:
        async with showing(guardian, scenario, (120, 80)) as shown:
            await shown.press("question_mark")
            text = "\n".join(await shown.see("arrows scroll, esc closes"))
            for command in (*(RUN if scenario else MENU), *APP):
                assert command.words in text
            for state in ("running", "blocked", "zombie", "not started"):
                assert f" {state} " in text
            if scenario:
                assert "start or restart main" in text
                assert "fire a hook" in text
            await shown.press("escape")
            await shown.until(lambda: "esc closes" not in shown.text(), "help is closed")

    run(test())


def test_the_palette_has_every_live_command_and_no_other(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            screen = shown.app.screen
            assert isinstance(screen, SizedScreen)
            names = [name for name, _, _ in screen.spoken_commands()]
            assert {"start main", "start worker", "fire a hook", "reset", "play"} <= {*names}
            assert not {"kill", "signal", "pause", "hold"} & {*names}
            await shown.press("ctrl+p")
            await shown.pilot.pause()
            await shown.press(*"start worker", "enter", "enter")
            await shown.see(f"{PYTHON} worker.py ●")

    run(test())


def test_a_signal_and_a_key_end_with_their_exit_codes(guardian: Guardian) -> None:
    async def code(key: str) -> int | None:
        async with showing(guardian) as shown:
            await shown.press(key)
        return shown.app.return_code

    async def test() -> None:
        assert await code("q") in (0, None)
        assert await code("ctrl+q") in (0, None)
        assert await code("ctrl+c") == 130

    run(test())
