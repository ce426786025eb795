from __future__ import annotations

import pytest
from textual import events

from ipcviz.scenarios import catalog
from ipcviz.supervisor.guardian import Guardian
from ui.shown import SIZES, run, showing


@pytest.mark.parametrize("size", SIZES)
def test_every_scenario_stands_under_its_chapter(guardian: Guardian, size: tuple[int, int]) -> None:
    async def test() -> None:
        async with showing(guardian, size=size) as shown:
            text = "\n".join(await shown.see("basic-worker-first"))
            for file in catalog.builtin():
                scenario = catalog.load(file).scenario
                assert scenario.title in text
                assert scenario.chapter in text
            assert "4 scenarios" in text
            assert shown.rows()[-1].startswith(" enter open  / filter  v variant")
            assert shown.rows()[-1].endswith("? help  q quit")

    run(test())


def test_the_description_follows_the_cursor(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian) as shown:
            await shown.press("down", "down", "down")
            text = "\n".join(await shown.see("─ fork-provider ─"))
            assert "provider starts worker" in text
            assert "main_to_worker ─" in text
            assert "v variant" not in shown.rows()[-1]

    run(test())


def test_v_looks_at_the_variants_one_after_the_other(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian) as shown:
            await shown.press("down")
            await shown.see("○ as it is")
            await shown.press("v")
            await shown.see("○ one-way", "blocked in open(main_to_worker)")
            await shown.press("v")
            await shown.see("○ as it is")

    run(test())


def test_the_filter_leaves_what_has_the_letters(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian) as shown:
            await shown.press("slash", *"fork")
            text = "\n".join(await shown.see("─ fork-provider ─"))
            assert "worker first" not in text
            await shown.press("escape")
            await shown.see("Basic named pipes, worker first", "─ fork-provider ─")
            await shown.press("slash", *"zzz")
            await shown.see("No scenario has these letters.")
            await shown.press("enter")
            await shown.press("escape")
            await shown.see("Basic named pipes, worker first")

    run(test())


def test_enter_opens_the_variant_and_escape_comes_back(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian) as shown:
            await shown.press("v", "enter")
            rows = await shown.see("Nothing runs yet")
            assert "one-way" in rows[0]
            await shown.press("escape")
            await shown.see("○ one-way")
            assert shown.app.session is None

    run(test())


def test_a_click_opens_a_scenario(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian) as shown:
            await shown.click_on("On-demand worker")
            await shown.see("Nothing runs yet")
            assert "On-demand worker" in shown.rows()[0]

    run(test())


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 5)])
def test_a_terminal_that_is_too_small_is_told_so(guardian: Guardian, size: tuple[int, int]) -> None:
    async def test() -> None:
        async with showing(guardian, size=size) as shown:
            text = " ".join(shown.text().split())
            assert text == f"ipcviz needs 80x24, and this terminal is {size[0]}x{size[1]}."
            await shown.pilot.resize_terminal(80, 24)
            await shown.see("The original demo")

    run(test())


def test_keys_pressed_at_once_are_letters_of_the_filter(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian) as shown:
            for key, character in (("slash", "/"), ("q", "q"), ("slash", "/")):
                shown.app.post_message(events.Key(key, character))
            await shown.see("q/", "No scenario has these letters.")

    run(test())
