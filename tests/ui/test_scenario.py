"""The screen of a scenario, over real processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ipcviz.scenarios import catalog
from ipcviz.supervisor.guardian import Guardian
from ui.shown import PYTHON, SIZES, Shown, run, showing


@pytest.mark.parametrize("size", SIZES)
def test_before_anything_runs(guardian: Guardian, size: tuple[int, int]) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", size) as shown:
            text = shown.text()
            assert "Nothing runs yet. Start main or worker." in text
            assert text.count("· not started") == 2
            assert text.count(" starts it") == 2
            assert "Main asks before anyone listens." in text
            assert "python" not in text
            for dead in ("k signal", "K kill", "z pause", "space hold"):
                assert dead not in shown.rows()[-1]

    run(test())


@pytest.mark.parametrize("size", SIZES)
def test_who_waits_is_told_everywhere(guardian: Guardian, size: tuple[int, int]) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", size) as shown:
            await shown.press("m")
            rows = await shown.see("■ BLOCKED", "blocks in read(worker_to_main)")
            text = "\n".join(rows)
            process = shown.session.model.roles["main"].process
            assert process is not None
            queued = shown.session.model.channels["main_to_worker"].contents
            assert f"main {process.pid}" in text
            assert "waits in read(worker_to_main) for data. worker is not started." in text
            line = next(row for row in rows if "▮ in pipe" in row)
            assert '#1 {"hook"' in line
            assert f"{queued} B" in line
            assert f"● {PYTHON} main.py" in text
            assert "› asking for formatMessage" in text or " asking for formatMessage" in text

    run(test())


def test_what_is_not_there_is_not_shown(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first", (120, 40)) as shown:
            assert "open ends" not in shown.text()
            assert "what is going on" not in shown.text()
            await shown.pilot.resize_terminal(200, 50)
            await shown.see("what is going on", "the whole run", "the play", "look at")

    run(test())


def test_a_failed_role_is_told_in_red_words(guardian: Guardian, own: Callable[..., Path]) -> None:
    file = own('command = ["sh", "-c", "exit 3"]')

    async def test() -> None:
        async with showing(guardian, file) as shown:
            await shown.press("o")
            await shown.see("✗ FAILED", "exit 3", "alone has ended with exit code 3.")

    run(test())


def test_a_program_that_does_not_start_is_answered_with_a_sentence(
    guardian: Guardian, own: Callable[..., Path]
) -> None:
    file = own('command = ["./broken.py"]', broken="#!/no/such/interpreter\n")
    (file.parent / "broken.py").chmod(0o700)

    async def test() -> None:
        async with showing(guardian, file) as shown:
            await shown.press("o")
            await shown.see("alone", "/no/such/interpreter")
            assert "· not started" in shown.text()

    run(test())


def test_a_killed_role_is_told_with_its_signal(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            await shown.press("K")
            await shown.see("† KILLED", "↯ SIGKILL by you", "main was ended by SIGKILL.")

    run(test())


def test_three_roles_and_whose_output_it_is(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as shown:
            await shown.press("p")
            await shown.see("○ READY", "child of provider", "output of provider", "wait(main ")
            await shown.press("f")
            await shown.see("Hello, see you at noon", "fire a hook")

    run(test())


def test_a_paused_worker_leaves_the_bytes_in_the_pipe(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider") as shown:
            await shown.press("p")
            await shown.see("○ READY")
            await shown.press("tab")
            await focus(shown, "worker")
            await shown.press("z")
            await shown.see("‖ STOPPED", "z go on")
            await shown.press("f")
            await shown.see("├▸", "▮ in pipe")
            await shown.press("z")
            await shown.see('#1 {"exitStatus"')

    run(test())


async def focus(shown: Shown, role: str) -> None:
    """Press tab until the role has the focus."""
    for _ in range(4):
        if getattr(shown.app.focused, "role_name", None) == role:
            return
        await shown.press("tab")
    raise AssertionError(f"tab does not lead to {role}")


def test_the_wheel_scrolls_the_timeline_and_the_end_is_followed_again(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "fork-provider", (80, 24)) as shown:
            await shown.press("p")
            await shown.see("○ READY")
            await shown.press("pageup", "pageup")
            rows = await shown.see(f"● {PYTHON} provider.py")
            assert not any(row.endswith("now") for row in rows)
            await shown.press("pagedown", "pagedown", "pagedown")
            await shown.see("now")

    run(test())


OWN = """\
format = 1
id = "own"
title = "Own"

[channels.pipe]
kind = "fifo"
from = "alone"
to = "alone"

[roles.alone]
key = "o"
{command}
"""


@pytest.fixture
def own(tmp_path: Path) -> Callable[..., Path]:
    """Writes a scenario of one role, with files beside it."""

    def write(command: str, **files: str) -> Path:
        folder = tmp_path / "own"
        folder.mkdir(mode=0o700)
        for name, text in files.items():
            (folder / f"{name}.py").write_text(text)
        file = folder / "scenario.toml"
        file.write_text(OWN.format(command=command))
        return file

    return write


HOSTILE = r"""
import sys, time
out = sys.stdout.buffer
out.write(b"\x1b[31mcoloured\x1b[0m\n\x1b]0;a title\x07titled \x1b[2J\x1b[H\n")
out.write(b"[red]not red[/] [/] [bold\n")
out.write(b"bytes \xff\xfe\n")
out.write("\u202ereversed \u200b\n".encode())
out.write(b"x" * 1_000_000 + b"\n")
out.flush()
sys.stderr.write("a [link=x]complaint\n")
sys.stderr.flush()
time.sleep(600)
"""


@pytest.mark.parametrize("size", SIZES)
def test_what_a_program_prints_can_break_nothing(
    guardian: Guardian, own: Callable[..., Path], size: tuple[int, int]
) -> None:
    file = own('command = ["{python}", "hostile.py"]', hostile=HOSTILE)

    async def test() -> None:
        async with showing(guardian, file, size) as shown:
            await shown.press("o")
            await shown.see("! a [link=x]complaint")
            assert "\x1b" not in shown.text()
            assert "\u202e" not in shown.text()
            assert {len(row) for row in shown.rows()} <= set(range(size[0] + 1))
            await shown.press("y")
            await shown.see("Copied: output of alone.")
            copied = shown.app.clipboard.split("\n")
            assert copied[:4] == [
                "coloured",
                "titled ",
                "[red]not red[/] [/] [bold",
                "bytes \\xff\\xfe",
            ]

    run(test())


def test_a_variant_and_a_reset_begin_anew(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            await shown.press("m")
            await shown.see("■ BLOCKED")
            await shown.press("r")
            await shown.see("Nothing runs yet", "0 events")
            await shown.press("v")
            await shown.see("one-way")
            await shown.press("m")
            await shown.see("blocks in open(main_to_worker)", "◌─┤")

    run(test())


def test_there_is_a_pipe_line_for_each_pipe_in_a_narrow_terminal(guardian: Guardian) -> None:
    async def test() -> None:
        loaded = catalog.load("basic-main-first")
        async with showing(guardian, loaded, (80, 24)) as shown:
            for name in loaded.scenario.channels:
                assert sum(row.startswith(f" {name} ") for row in shown.rows()) == 1

    run(test())
