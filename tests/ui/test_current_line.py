"""The line that a real program is in, in panes and strips."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz.scenarios import catalog
from ipcviz.supervisor.guardian import Guardian
from ui.shown import SIZES, run, showing

OWN = """
format = 1
id = "own"
title = "A program that keeps tracers out"
[roles.one]
command = ["{python}", "-I", "one.py"]
"""


@pytest.mark.parametrize("size", SIZES)
def test_a_pane_marks_the_line_that_its_program_waits_in(
    guardian: Guardian, size: tuple[int, int]
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", size) as app:
            await app.pilot.press("m")
            await app.see("■ BLOCKED", "▸ 27", "answer = json.loads(replies.rea")

    run(test())


def test_a_module_beside_the_program_is_named_and_a_strip_has_its_line(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as app:
            await app.pilot.press("p")
            await app.see("▸ 26 main.wait()", "─ worker.py ─", "▸ 16      for request in requests")
            await app.see("○ READY", "▸ 19  for line in sys.stdin:")

    run(test())


def test_a_handler_that_has_run_leaves_its_program_in_the_line_of_the_wait(
    guardian: Guardian,
) -> None:
    async def test() -> None:
        async with showing(guardian, "signals") as app:
            await app.pilot.press("w")
            await app.see("↯ SIGUSR1 ", "▸ 36  main.wait()")

    run(test())


def test_a_wait_inside_of_a_handler_is_in_another_line_than_what_it_interrupted(
    guardian: Guardian,
) -> None:
    async def test() -> None:
        loaded = catalog.load("signals", "work-in-handler")
        async with showing(guardian, loaded) as shown:
            await shown.press("w")
            await shown.see("inside its handler of SIGUSR1", "▹ 21  def work(number, frame):")

    run(test())


def test_a_program_that_is_not_traced_says_so(guardian: Guardian, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN)
    (tmp_path / "one.py").write_text("import time\n\ntime.sleep(1000)\n")

    async def test() -> None:
        async with showing(guardian, tmp_path / "own.toml") as app:
            await app.pilot.press("o")
            await app.see("◦ SLEEPING", "not traced: ")
            assert "▸ " not in app.text()

    run(test())
