"""The timeline's filter, over real processes."""

from __future__ import annotations

import pytest

from ipcviz.supervisor.guardian import Guardian
from ipcviz.ui.moment import Moment
from ipcviz.ui.screens.scenario import ScenarioScreen
from ui.shown import PYTHON, SIZES, Shown, run, showing


@pytest.mark.parametrize("size", SIZES)
def test_the_filter_shows_what_matches_while_it_is_typed(
    guardian: Guardian, size: tuple[int, int]
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", size) as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            await shown.press("slash")
            await shown.see("such as: main wait, or type:signal")
            await shown.press(*"type:wait")
            await shown.until(lambda: f"● {PYTHON} main.py" not in shown.text(), "the start to go")
            text = "\n".join(await shown.see("blocks in read(worker_to_main)", "type:wait"))
            if size[0] >= 100:
                total = len(shown.session.timeline.rows)
                assert f"filter: type:wait · 1 of {total} events" in text
            await shown.press("escape")
            await shown.see(f"● {PYTHON} main.py")
            assert "type:wait" not in shown.text()

    run(test())


def test_enter_keeps_the_filter_and_gives_the_focus_back(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            focused = shown.app.focused
            await shown.press("slash", *"role:worker", "enter")
            assert shown.app.focused is focused
            await shown.press("m")
            await shown.see("■ BLOCKED")
            assert f"● {PYTHON} main.py" not in shown.text()
            await shown.press("w")
            await shown.see(f"{PYTHON} worker.py ●", "filter: role:worker")
            await shown.press("escape")
            await shown.see(f"● {PYTHON} main.py")
            assert shown.app.session is not None

    run(test())


def test_time_is_stepped_through_by_what_the_filter_shows(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            await shown.press("slash", *"start", "enter", "left")
            row = shown.session.timeline.rows[0]
            assert row.kind == "start"
            await shown.until(lambda: moment(shown).cursor == row.seq, "to be at the start")

    run(test())


def moment(shown: Shown) -> Moment:
    screen = shown.app.screen
    assert isinstance(screen, ScenarioScreen)
    return screen.moment


def test_an_empty_filter_ends_with_enter(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("slash", "x", "backspace", "enter")
            assert "such as:" not in shown.text()
            await shown.press("escape")
            await shown.see("The original demo")

    run(test())


def test_names_are_completed(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("slash", *"wait channel:wor")
            await shown.see("wait channel:worker_to_main")
            await shown.press("right")
            await shown.see("filter: wait channel:worker_to_main")

    run(test())


def test_a_hostile_filter_is_only_text(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            await shown.press("slash", *"[/][bold]%s\\")
            await shown.see("filter: [/][bold]%s\\ · 0 of")

    run(test())
