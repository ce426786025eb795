"""What is done at a bad moment, or cannot be done: the app answers, and goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from ipcviz.supervisor.guardian import Guardian
from ui.shown import Shown, run, showing

NO_ROOM = [(1, 1), (20, 2), (3, 40)]


@asynccontextmanager
async def playing(guardian: Guardian, *keys: str) -> AsyncIterator[Shown]:
    """A scenario with variants whose play was begun, and these keys pressed at once."""
    async with showing(guardian, "basic-worker-first") as shown:
        await shown.press("a")
        await shown.until(lambda: shown.session.steps.playing, "the play is under way")
        await shown.press(*keys)
        yield shown


@pytest.mark.parametrize("keys", ["", "space", "space a", "space space space"])
def test_a_play_can_be_left_in_the_midst(guardian: Guardian, keys: str) -> None:
    async def test() -> None:
        async with playing(guardian, *keys.split(), "escape") as shown:
            await shown.see("4 scenarios")
        async with playing(guardian, *keys.split(), "r") as shown:
            await shown.see("step 1 of", "n next", "a play")
            assert "space hold" not in shown.rows()[-1]
            assert not shown.session.steps.playing
        async with playing(guardian, *keys.split(), "v") as shown:
            await shown.see("one-way", "Nothing runs yet")

    run(test())


def test_a_held_play_goes_on_at_once_and_is_held_again(
    guardian: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ipcviz.steps.READING", (1.5, 0.0))

    async def test() -> None:
        async with playing(guardian) as shown:
            for key in ("space", "a", "space"):
                await shown.press("space")
                await shown.see("space go on")
                await shown.press(key)
                await shown.see("space hold")
            await shown.see("step 2 of")
            assert shown.session.steps.playing

    run(test())


def forbid_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setenv("TMPDIR", "/nonexistent")


def test_a_scenario_that_cannot_be_opened_leaves_the_menu(
    guardian: Guardian, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with showing(guardian) as shown:
            with monkeypatch.context() as patch:
                forbid_sessions(patch)
                for _ in range(2):
                    await shown.press("enter")
                    await shown.see("/nonexistent", "4 scenarios")
                    assert shown.app.session is None
            await shown.press("enter")
            await shown.see("Nothing runs yet")

    run(test())


@pytest.mark.parametrize("key", ["r", "v"])
def test_a_run_that_cannot_begin_anew_leads_to_the_menu(
    guardian: Guardian, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            with monkeypatch.context() as patch:
                forbid_sessions(patch)
                await shown.press(key)
                await shown.see("/nonexistent", "4 scenarios")
                assert shown.app.session is None
            await shown.press("enter")
            await shown.see("Nothing runs yet")

    run(test())


@pytest.mark.parametrize(("key", "title"), [("question_mark", "esc closes"), ("k", "esc does not")])
def test_help_is_not_offered_over_something_else(guardian: Guardian, key: str, title: str) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            await shown.press(key)
            await shown.see(title)
            await shown.press("ctrl+p")
            await shown.see("change the colours")
            await shown.press(*"help")
            await shown.see("No matches found")
            await shown.press("enter", "escape")
            await shown.see(title)

    run(test())


@pytest.mark.parametrize("keys", [("pageup", "pagedown"), ("pagedown", "pageup")])
def test_the_timeline_is_paged_before_it_was_ever_drawn(
    guardian: Guardian, keys: tuple[str, str]
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", (60, 20)) as shown:
            await shown.press(*keys)
            await shown.pilot.resize_terminal(120, 40)
            await shown.press(*keys)
            await shown.see("Nothing runs yet")

    run(test())


@pytest.mark.parametrize("size", NO_ROOM)
def test_lists_without_room_are_paged(guardian: Guardian, size: tuple[int, int]) -> None:
    moves = ("pagedown", "pageup")

    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            before = len(shown.app.screen_stack)
            for opened in ("k", "question_mark", "ctrl+p"):
                await shown.press(opened)
                await shown.pilot.resize_terminal(*size)
                await shown.press(*moves)
                await shown.pilot.resize_terminal(120, 40)
                await shown.press(*moves)
                while len(shown.app.screen_stack) > before:
                    await shown.press("escape")
                assert len(shown.app.screen_stack) == before
        async with showing(guardian, size=size) as shown:
            await shown.press(*moves)
            await shown.pilot.resize_terminal(120, 40)
            await shown.see("The original demo")

    run(test())


def test_the_palette_is_paged_before_it_lists_anything(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            for key in ("pagedown", "pageup"):
                for waits in range(6):
                    shown.app.simulate_key("ctrl+p")
                    for _ in range(waits):
                        await shown.pilot.pause(0.002)
                    shown.app.simulate_key(key)
                    await shown.see("change the colours")
                    await shown.press("escape")
                    await shown.until(
                        lambda: "change the colours" not in shown.text(), "the palette is closed"
                    )

    run(test())


def put_a_file_in_the_way(runtime: Path) -> None:
    """Of what is to be removed at the end of the run, so that it cannot be."""
    directory = runtime / "ipcviz"
    directory.rename(runtime / "elsewhere")
    directory.touch()


@pytest.mark.parametrize(
    ("key", "seen"),
    [("escape", "4 scenarios"), ("r", "Nothing runs yet"), ("v", "Nothing runs yet")],
)
def test_what_cannot_be_removed_is_told_and_the_app_goes_on(
    guardian: Guardian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, seen: str
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            put_a_file_in_the_way(tmp_path / "runtime")
            with monkeypatch.context() as patch:
                patch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
                await shown.press(key)
                await shown.see(seen)
                await shown.until(
                    lambda: any("cannot be removed" in told for told in shown.notices()),
                    "what cannot be removed is told",
                )

    run(test())
