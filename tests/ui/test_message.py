"""The last message, beside the timeline or over the screen."""

from __future__ import annotations

import pytest

from ipcviz.supervisor.guardian import Guardian
from ui.shown import SIZES, run, showing


@pytest.mark.parametrize("size", SIZES)
def test_enter_shows_the_message_in_full_and_again_closes_it(
    guardian: Guardian, size: tuple[int, int]
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", size) as app:
            await app.pilot.press("m")
            await app.see("BLOCKED", "▮")
            await app.pilot.press("enter")
            await app.see("message in main_to_worker", "main ▸ worker", "▮ in the pipe")
            await app.see('"subject": "Lunch"', "156 B, request 1")
            await app.pilot.press("enter")
            await app.until(lambda: "esc closes" not in app.text(), "to see the run again")

    run(test())


def test_a_wide_screen_shows_it_beside_the_timeline(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", (200, 50)) as app:
            await app.pilot.press("m")
            await app.see("main ▸ worker", "156 B, request 1", '"subject": "Lunch"')
            await app.pilot.press("w")
            await app.see("worker ▸ main", "reply 1", '"exitStatus": 0', "latency", "round trip")

    run(test())
