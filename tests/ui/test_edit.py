"""A line that an action writes is edited before it is written."""

from __future__ import annotations

import pytest
from textual.events import Paste

from ipcviz import events
from ipcviz.supervisor.guardian import Guardian
from ui.shown import SIZES, Shown, run, showing


def actions(shown: Shown) -> list[events.Action]:
    return [one for one in shown.session.log.events if isinstance(one, events.Action)]


async def ready(shown: Shown) -> None:
    await shown.press("p")
    await shown.see("○ READY")


@pytest.mark.parametrize("size", SIZES)
def test_the_edited_line_is_fired(guardian: Guardian, size: tuple[int, int]) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider", size) as shown:
            await ready(shown)
            await shown.press("F")
            await shown.see("formatMessage Hello, see you at noon", "enter fires, esc does not")
            await shown.press(*"?q", "enter")
            await shown.see("› Hello, see you at noon?q")
            assert "enter fires" not in shown.text()
            told = [(one.name, one.text) for one in actions(shown)]
            assert told == [("fire", "formatMessage Hello, see you at noon?q")]

    run(test())


def test_escape_fires_nothing(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as shown:
            await ready(shown)
            await shown.press("F")
            await shown.see("enter fires, esc does not")
            await shown.press("escape")
            await shown.until(lambda: "enter fires" not in shown.text(), "the line is closed")
            assert actions(shown) == []
            await shown.press("f")
            await shown.see("› Hello, see you at noon")
            assert [one.text for one in actions(shown)] == [None]

    run(test())


def test_up_and_down_lead_to_the_other_actions(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as shown:
            await ready(shown)
            await shown.press("F", "x")
            await shown.see("─ fire a hook to main ─", "noonx")
            await shown.press("down")
            await shown.see("─ fire a hook that fails to main ─", "alwaysFails Hello")
            await shown.press("down", "down")
            await shown.see("─ fire a hook to main ─", "noonx")
            await shown.press("up")
            await shown.see("─ fire a hook that does not exist to main ─", "noSuchHook Hello")
            await shown.press("enter")
            await shown.see("Hook failed.")
            assert [one.name for one in actions(shown)] == ["unknown"]

    run(test())


def test_a_long_line_scrolls_and_is_written_whole(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider", (80, 24)) as shown:
            await ready(shown)
            await shown.press("F")
            await shown.see("enter fires")
            assert shown.app.focused is not None
            shown.app.focused.post_message(Paste("1234567890" * 12))
            await shown.press("z")
            rows = await shown.see("67890z")
            assert "formatMessage" not in "\n".join(rows)
            await shown.press("enter")
            await shown.until(lambda: actions(shown), "it is fired")
            text = actions(shown)[0].text or ""
            assert text.endswith("noon" + "1234567890" * 12 + "z")
            await shown.until(
                lambda: any(
                    isinstance(one, events.Output) and one.text.endswith("67890z")
                    for one in shown.session.log.events
                ),
                "the answer is printed",
            )

    run(test())


def test_a_line_for_nobody_is_not_asked_for(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as shown:
            await shown.press("F")
            await shown.pilot.pause()
            assert "enter fires" not in shown.text()
            assert "F edit" not in shown.text()
            await ready(shown)
            await shown.press("F")
            await shown.see("enter fires")
            process = shown.session.model.roles["main"].process
            assert process is not None
            shown.session.controls.kill(process.pid)
            await shown.until(lambda: not process.alive, "main has ended")
            await shown.press("enter")
            await shown.see("main has ended.")

    run(test())


def test_an_edit_in_the_past_leads_back_from_it(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as shown:
            await ready(shown)
            await shown.press("home")
            await shown.see("◂◂ PAST")
            await shown.press("F", "enter")
            await shown.see("● live", "› Hello, see you at noon")

    run(test())
