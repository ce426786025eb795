"""Stepping through the time of a run that goes on meanwhile."""

from __future__ import annotations

import pytest

from ipcviz import events
from ipcviz.supervisor.guardian import Guardian
from ipcviz.ui.moment import Moment
from ipcviz.ui.screens.run_actions import RunActions
from ipcviz.ui.screens.sized import SizedScreen
from ui.shown import PYTHON, SIZES, Shown, run, showing

PAST = "◂◂ PAST"


def moment_of(shown: Shown) -> Moment:
    screen = shown.app.screen
    assert isinstance(screen, RunActions)
    return screen.moment


async def step_back_to(shown: Shown, text: str) -> None:
    """Press left until the moment is that of the row with this text."""
    moment = moment_of(shown)
    while moment.earlier is not None:
        await shown.press("left")
        if any(text in row.text for row in moment.rows() if row.seq == moment.cursor):
            await shown.see(PAST)
            return
    raise AssertionError(f"no row tells {text!r}\n{shown.text()}")


async def both_ended(shown: Shown) -> None:
    """main waits, a worker comes, both end."""
    await shown.press("m")
    await shown.see("blocks in read(worker_to_main)")
    await shown.press("w")
    await shown.until(lambda: shown.text().count("✓ EXITED") == 2, "both have ended")


@pytest.mark.parametrize("size", SIZES)
def test_every_pane_shows_the_moment_and_end_leads_back(
    guardian: Guardian, size: tuple[int, int]
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", size) as shown:
            await both_ended(shown)
            await step_back_to(shown, "blocks in read(worker_to_main)")
            seconds, milliseconds = divmod(round(moment_of(shown).now() / 1e6), 1000)
            text = "\n".join(await shown.see("■ BLOCKED", "· not started", "next event"))
            assert f"{PAST}  00:{seconds:02}.{milliseconds:03} of 00:" in text
            assert "main waits in read(worker_to_main) for data. worker is not started." in text
            assert "B in main_to_worker" in text or "156 B" in text
            assert " Subject: Lunch " not in text  # printed by itself
            assert "● live" not in text
            await shown.press("end")
            text = "\n".join(await shown.see("● live", "✓ EXITED"))
            assert PAST not in text
            assert "has ended with exit code 0" in text

    run(test())


def test_back_to_the_first_and_on_to_the_present(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await both_ended(shown)
            moment = moment_of(shown)
            await shown.press("home")
            await shown.see("◂ main runs.", "This is the first event that is kept.")
            assert moment.cursor == moment.timeline.rows[0].seq
            await shown.press("left")
            assert moment.cursor == moment.timeline.rows[0].seq
            visited = [moment.cursor]
            while moment.past:
                await shown.press("right")
                visited.append(moment.cursor or visited[-1] + 1)
            assert visited[:-1] == sorted({row.seq for row in moment.timeline.rows})
            await shown.see("● live")
            await shown.press("right")
            assert not moment.past

    run(test())


def test_the_run_goes_on_and_the_moment_stays(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            await step_back_to(shown, "blocks in read(worker_to_main)")
            cursor = moment_of(shown).cursor
            shown.session.controls.start("worker")
            await shown.until(
                lambda: shown.session.model.roles["worker"].exit is not None, "the worker has ended"
            )
            text = "\n".join(await shown.see(PAST, "■ BLOCKED", "· not started"))
            assert "✓ EXITED" not in text
            assert moment_of(shown).cursor == cursor
            await shown.press("end")
            await shown.until(lambda: shown.text().count("✓ EXITED") == 2, "both have ended")

    run(test())


@pytest.mark.parametrize("key", ["K", "z", "w", "n"])
def test_a_key_that_acts_acts_on_the_present_and_shows_it(guardian: Guardian, key: str) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            await shown.press("home")
            await shown.see(PAST)
            await shown.press(key)
            told = {"K": "by you", "z": "‖ STOPPED", "w": f"{PYTHON} worker.py", "n": "step 3 of 4"}
            rows = await shown.see("● live", told[key])
            assert PAST not in "\n".join(rows)

    run(test())


def test_the_side_panel_shows_the_run_until_then(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", (200, 50)) as shown:
            await both_ended(shown)
            await step_back_to(shown, "blocks in read(worker_to_main)")
            rows = await shown.see(PAST)
            title = next(number for number, row in enumerate(rows) if "the whole run" in row)
            main, worker = (row.rstrip("│ ") for row in rows[title + 1 : title + 3])
            assert main.endswith("■")
            assert worker.endswith("not started")

    run(test())


def test_a_message_is_shown_as_it_stood_then(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await both_ended(shown)
            await step_back_to(shown, '#1 {"hook"')
            await shown.press("enter")
            await shown.see("message in main_to_worker", "▮ in the pipe")

    run(test())


def test_a_click_on_a_row_leads_to_its_moment_and_one_below_all_back(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await both_ended(shown)
            await shown.click_on("blocks in read(worker_to_main)")
            await shown.see(PAST, "▸  ", "■ BLOCKED", "· not started")
            (row,) = (one for one in moment_of(shown).rows() if one.kind == "block")
            assert moment_of(shown).cursor == row.seq
            await shown.click_on(" latency")
            assert moment_of(shown).cursor == row.seq
            await shown.click_on(" now")
            await shown.see("● live")

    run(test())


def test_a_reset_begins_in_the_present(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await both_ended(shown)
            await shown.press("home")
            await shown.see(PAST)
            await shown.press("r")
            await shown.see("● live", "Nothing runs yet. Start main or worker.")
            await shown.press("left", "home")
            await shown.see("● live")
            await both_ended(shown)
            await shown.press("home")
            await shown.see(PAST, "◂ main runs.")

    run(test())


def test_only_keys_that_lead_somewhere_are_shown(guardian: Guardian) -> None:
    def names(shown: Shown) -> set[str]:
        screen = shown.app.screen
        assert isinstance(screen, SizedScreen)
        return {name for name, _, _ in screen.spoken_commands()}

    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            assert not {"past", "on", "live"} & names(shown)
            await both_ended(shown)
            assert "← past" in shown.rows()[-1]
            assert not {"on", "live"} & names(shown)
            await shown.press("left")
            assert "← past  → on  end live" in shown.rows()[-1]
            await shown.press("home")
            await shown.see(PAST)
            assert "past" not in names(shown)
            await shown.click_on("next event")
            await shown.until(
                lambda: {"past", "on", "live"} <= names(shown), "every key leads somewhere"
            )
            await shown.click_on("back to live")
            await shown.see("● live")

    run(test())


def test_a_moment_that_the_log_no_longer_keeps_is_passed_over(
    guardian: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcviz.log.KEPT", 200)
    monkeypatch.setattr("ipcviz.model.history.EVERY", 5)

    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await both_ended(shown)
            await shown.press("home")
            await shown.see("◂ main runs.", PAST)
            log = shown.session.log
            told = log.end
            while log.first <= told:
                log.append(events.Output(t=log.now(), stream="stdout", text="x"))
            log.append(events.Action(t=log.now(), role="main", name="a", label="a late deed"))
            await shown.see("◂ main runs.", PAST)
            await shown.press("right")
            await shown.see("main has ended", "This is the first event that is kept.", PAST)
            await shown.press("right")
            await shown.see("● live")
            assert not moment_of(shown).past

    run(test())
