"""What rules find in runs of real programs, on the screen."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from ipcviz.scenarios import catalog
from ipcviz.supervisor.guardian import Guardian
from ui.shown import SIZES, Shown, run, showing
from ui.test_time import PAST, moment_of

ONE_WAY = catalog.load("basic-main-first", "one-way")
"""main sleeps in open(main_to_worker) for writing until somebody opens it for reading."""


async def find_removed(shown: Shown) -> None:
    """Take the FIFO away on which main sleeps."""
    await shown.press("m")
    await shown.see("■ BLOCKED", "blocks in open(main_to_worker)")
    path = shown.session.model.channels["main_to_worker"].path
    assert path is not None
    Path(path).unlink()
    await shown.see("✗ fifo-removed")


async def open_panel(shown: Shown) -> list[str]:
    await shown.press("d")
    return await shown.see("enter goes to its moment, y copies it, esc closes")


@pytest.mark.parametrize("size", SIZES)
def test_an_error_is_told_everywhere_until_it_is_over(
    guardian: Guardian, size: tuple[int, int]
) -> None:
    async def test() -> None:
        async with showing(guardian, ONE_WAY, size) as shown:
            await find_removed(shown)
            rows = await shown.see("✗ fifo-removed: main waits in open(main_to_worker)", " d  why")
            assert any("━ ✗ fifo-removed" in row and "▓━" in row for row in rows)
            assert any("✗ main_to_worker " in row or "✗main_to_worker " in row for row in rows)
            assert moment_of(shown).headline().tone == "stuck"
            await shown.press("K")
            rows = await shown.see("┄ ✓ fifo-removed is over ┄", "† KILLED")
            assert not any("✗ main_to_worker " in row for row in rows)
            assert moment_of(shown).headline().tone == "calm"

    run(test())


def test_the_panel_has_its_sentences_and_leads_to_its_moment(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, ONE_WAY) as shown:
            await find_removed(shown)
            text = "\n".join(await open_panel(shown))
            (found,) = (one for one in shown.session.model.findings.values() if one.channel)
            for part in ("findings now", "error, certain", "│ what ", "│ why ", "│ do "):
                assert part in text
            await shown.press("y")
            await shown.see("Copied: the finding.")
            assert shown.app.clipboard.startswith("fifo-removed (error, certain)\nmain waits in")
            await shown.press("enter")
            await shown.see(PAST, "▸  ")
            moment = moment_of(shown)
            assert moment.now() == found.t
            assert found in moment.model.findings.values()
            text = "\n".join(await open_panel(shown))
            assert f"findings at {found.t / 1e9:.3f} s" in text
            await shown.press("escape", "left")
            await shown.see(PAST)
            assert not moment.model.gravest_findings

    run(test())


@pytest.mark.parametrize("key", ["escape", "d", "q"])
def test_the_panel_follows_the_run(guardian: Guardian, key: str) -> None:
    async def test() -> None:
        async with showing(guardian, ONE_WAY) as shown:
            await open_panel(shown)
            await shown.see("No rule finds anything wrong at this moment.")
            await shown.press("enter", "y")
            await shown.press(key)
            await shown.until(lambda: "esc closes" not in shown.text(), "the panel is closed")
            assert "● live" in shown.text()
            await find_removed(shown)
            await open_panel(shown)
            await shown.see("error, certain")
            shown.session.controls.kill(shown.session.model.roles["main"].process.pid)  # type: ignore[union-attr]
            await shown.see("No rule finds anything wrong at this moment.")

    run(test())


def test_a_wide_screen_tells_the_gravest_at_its_side(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, ONE_WAY, (200, 50)) as shown:
            await find_removed(shown)
            rows = await shown.see("│ ✗ fifo-removed", "error, certain", "│ why ", "│ do ")
            title = next(number for number, row in enumerate(rows) if "the whole run" in row)
            assert "▓" in rows[title + 1]
            await shown.press("home")
            await shown.see(PAST)
            assert "error, certain" not in shown.text()

    run(test())


def test_a_warning_is_no_error_and_what_goes_on_can_be_gone_on_with(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as shown:
            await shown.press("p")
            await shown.see("○ READY")
            worker = shown.session.model.roles["worker"].process
            assert worker is not None
            os.kill(worker.pid, signal.SIGSTOP)
            rows = await shown.see("! stopped-process: worker is stopped", " f  fire a hook")
            assert any("━ ! stopped-process: " in row for row in rows)
            assert "▓" not in "\n".join(rows)
            assert moment_of(shown).headline().tone == "waiting"

    run(test())


def test_help_tells_every_rule() -> None:
    from ipcviz.diagnoses.rules import RULES
    from ipcviz.ui.screens.help import HelpText

    assert RULES
    drawn = "\n".join(line.plain for line in HelpText([], []).draw(300, 0))
    for rule in RULES:
        assert f" {rule.name} " in drawn
        assert " ".join((rule.__doc__ or "nothing").split()) in drawn
    for sign in ("┆", "≠", "▓"):
        assert f"  {sign} " in drawn
