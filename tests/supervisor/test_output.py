from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from ipcviz import events
from ipcviz.scenarios.schema import Role
from ipcviz.supervisor.guardian import Guardian
from ipcviz.supervisor.lines import LONGEST
from ipcviz.supervisor.output import LINES_AT_ONCE, LINES_PER_SECOND
from supervisor.running import Run, python, running, shell, until

WithMain = Callable[[Role, Callable[[Run], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def with_main(guardian: Guardian, runtime: Path, tmp_path: Path) -> WithMain:
    """Starts the one role of a run, and lets a test look on."""

    def start(main: Role, look: Callable[[Run], Coroutine[Any, Any, None]]) -> None:
        async def whole() -> None:
            async with running(guardian, tmp_path / "scenario.toml", {"main": main}) as run:
                run.supervisor.start("main")
                await look(run)

        asyncio.run(whole())

    return start


def test_lines_of_both_streams_are_told_before_the_exit(with_main: WithMain) -> None:
    async def look(run: Run) -> None:
        exit = await run.ended("main")
        assert run.output("main") == ["one", "", "  two\t", "\x1b[31mred\x1b[0m [b]"]
        assert run.output("main", "stderr") == ["oops"]
        outputs = [event for event in run.log.events if isinstance(event, events.Output)]
        assert all(event.seq < exit.seq and event.pid == exit.pid for event in outputs)

    script = r"printf 'one\n\n  two\t\n\033[31mred\033[0m [b]\n'; echo oops >&2"
    with_main(shell(script), look)


def test_what_is_not_utf8_is_told_as_numbers(with_main: WithMain) -> None:
    async def look(run: Run) -> None:
        await run.ended("main")
        assert run.output("main") == ["caf\\xe9", "café", "\\xf0\\x9f"]

    with_main(shell(r"printf 'caf\351\ncaf\303\251\n\360\237'"), look)


def test_a_prompt_is_told_though_its_line_does_not_end(with_main: WithMain) -> None:
    async def look(run: Run) -> None:
        await run.wrote("main", "name? ")
        run.supervisor.write_line("main", "bob")
        await run.ended("main")
        assert run.output("main") == ["name? ", "bob!", "bye"]

    with_main(shell(r"printf 'name? '; read name; printf '%s!\nbye' $name"), look)


def test_a_line_of_ten_megabytes_is_cut_and_the_rest_counted(with_main: WithMain) -> None:
    async def look(run: Run) -> None:
        await run.wrote("main", "after")
        told = run.output("main")
        assert "".join(told[:-1]) == "x" * LONGEST
        lost = sum(event.bytes for event in run.dropped())
        assert lost == 10_000_000 - LONGEST

    code = "import time\nprint('x' * 10_000_000, flush=True)\nprint('after', flush=True)"
    with_main(python(code), look)


def resident() -> int:
    """Bytes of memory that this process takes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def test_a_flood_keeps_the_loop_free_and_memory_bounded(with_main: WithMain) -> None:
    async def look(run: Run) -> None:
        await run.wrote("main", "y")
        before = resident()
        loop = asyncio.get_running_loop()
        began, longest = loop.time(), 0.0
        while loop.time() - began < 2:
            asked = loop.time()
            await asyncio.sleep(0)
            longest = max(longest, loop.time() - asked)
        assert longest < 0.5, "somebody else's turn came late"
        kept = len(run.output("main"))
        assert kept <= LINES_AT_ONCE + LINES_PER_SECOND * (loop.time() - began + 2)
        await until(run.dropped, "what was not kept is counted")
        assert resident() - before < 20_000_000, "bytes for a flood of two seconds"

    with_main(Role(command=("yes",)), look)


def test_every_line_of_a_flood_is_told_or_counted(with_main: WithMain) -> None:
    async def look(run: Run) -> None:
        await run.ended("main")
        await until(lambda: accounted(run) == 300_000 * 7, "every byte is accounted for")
        assert len(run.output("main")) >= LINES_AT_ONCE

    def accounted(run: Run) -> int:
        texts = sum(len(text) for text in run.output("main"))
        lines_told = 300_000 - sum(event.count for event in run.dropped())
        return texts + lines_told + sum(event.bytes for event in run.dropped())

    with_main(python("for number in range(300_000): print(f'{number:06}')"), look)


def test_the_end_is_told_while_a_grandchild_holds_the_output(with_main: WithMain) -> None:
    async def look(run: Run) -> None:
        assert (await run.ended("main")).code == 3
        assert run.output("main") == ["from main"]
        run.supervisor.write_line("main", "go on")
        await run.wrote("main", "from the grandchild: go on")

    # A shell gives what it runs in the background /dev/null to read, unless it is told otherwise.
    script = """
        exec 3<&0
        (read line; echo "from the grandchild: $line"; sleep 600) <&3 3<&- &
        echo from main; exit 3
    """
    with_main(shell(script), look)
