"""The timeline's filter, over real processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual import events

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


@pytest.mark.parametrize("size", SIZES)
def test_t_shows_lanes_over_time_and_the_events_again(
    guardian: Guardian, size: tuple[int, int]
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", size) as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            await shown.press("t")
            rows = await shown.see("━━ running", "▅ read", "now")
            assert "blocks in read" not in shown.text()
            lanes = [row.strip("│ ").split(" ")[0] for row in rows]
            order = ["main", "main_to_worker", "worker_to_main", "worker"]
            time = next(y for y, name in enumerate(lanes) if name == "time")
            assert [name for name in lanes[time:] if name in order] == order
            await shown.press("t")
            await shown.see("blocks in read(worker_to_main)")

    run(test())


def test_the_lanes_are_zoomed_scrolled_and_follow_again(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            assert "+ closer" not in shown.text()
            await shown.press("t")
            await shown.see("the whole run · + and - zoom")
            await shown.press("plus", "plus")
            await shown.see(" s to ")
            await press_until(shown, "pageup", lambda: "┊0.0" in timeline_heading(shown))
            assert "now" not in timeline_heading(shown)
            await press_until(shown, "pagedown", lambda: "now" in timeline_heading(shown))
            await press_until(shown, "minus", lambda: "the whole run" in shown.text())

    run(test())


async def press_until(shown: Shown, key: str, holds: Callable[[], bool]) -> None:
    """Press the key again and again, until the condition holds."""
    for _ in range(200):
        if holds():
            return
        await shown.press(key)
    raise AssertionError(f"{key} does not lead there\n{shown.text()}")


def timeline_heading(shown: Shown) -> str:
    return next(row for row in shown.rows() if row.strip("│ ").startswith("time "))


def test_the_moment_of_the_past_is_a_line_through_the_lanes(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            await shown.press("t", "left")
            await shown.see("PAST")
            at = f"│{moment(shown).now() / 1e9:.3f} s"
            await shown.until(lambda: at in timeline_heading(shown), "to see the cursor")
            await shown.press("plus", "plus", "plus", "plus", "plus", "plus")
            await shown.until(lambda: at in timeline_heading(shown), "to see the cursor zoomed")
            first = shown.session.timeline.rows[0]
            await shown.press("home")
            await shown.until(lambda: moment(shown).cursor == first.seq, "to be at the start")
            at = f"│{moment(shown).now() / 1e9:.3f} s"
            await shown.until(lambda: at in timeline_heading(shown), "to see the first moment")

    run(test())


def test_the_filter_leads_back_to_the_events_and_a_reset_is_followed(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("blocks in read(worker_to_main)")
            await shown.press("t")
            await shown.see("▅ read(worker_to_main) ▅")
            await shown.press("r")
            await shown.until(lambda: "▅ read" not in shown.text(), "the wait to be gone")
            await shown.press("slash")
            await shown.see("such as: main wait")
            assert "▁▆ in the pipe" not in shown.text()

    run(test())


def test_keys_pressed_at_once_are_letters_of_the_filter(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            for key, character in (("slash", "/"), ("K", "K"), ("q", "q"), ("slash", "/")):
                shown.app.post_message(events.Key(key, character))
            await shown.see("filter: Kq/ · 0 of")
            assert "† KILLED" not in shown.text()

    run(test())
