from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from ipcviz.errors import ControlError
from ipcviz.scenarios.schema import Role
from ipcviz.supervisor.guardian import Guardian
from supervisor.running import FOREVER, python, running, shell


def test_lines_arrive_and_finish_is_end_of_file(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": Role(command=("cat",))}) as run:
            run.supervisor.start("main")
            run.supervisor.write_line("main", "first")
            await run.wrote("main", "first")
            run.supervisor.write_line("main", "café")
            run.supervisor.finish("main")
            with pytest.raises(ControlError, match="nobody reads the standard input of main"):
                run.supervisor.write_line("main", "too late")
            run.supervisor.finish("main")
            assert (await run.ended("main")).code == 0
            assert run.output("main") == ["first", "café"]

    asyncio.run(check())


def test_more_than_the_pipe_holds_waits_for_the_reader(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    code = "import sys\nsys.stdin.readline()\nprint(len(sys.stdin.read()))"

    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": python(code)}) as run:
            pid = run.supervisor.start("main")
            run.supervisor.signal(pid, signal.SIGSTOP)
            run.supervisor.write_line("main", "")
            for _ in range(30):
                run.supervisor.write_line("main", "x" * 9_999)
            run.supervisor.finish("main")
            run.supervisor.signal(pid, signal.SIGCONT)
            await run.ended("main")
            assert run.output("main") == ["300000"]

    asyncio.run(check())


def test_a_program_that_does_not_read_any_more(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    async def check() -> None:
        roles = {"main": shell("exec <&-; echo closed; exec sleep 600"), "gone": python(FOREVER)}
        async with running(guardian, tmp_path / "s.toml", roles) as run:
            with pytest.raises(ControlError, match="main is not started"):
                run.supervisor.write_line("main", "hello")
            run.supervisor.start("main")
            gone = run.supervisor.start("gone")
            run.supervisor.write_line("gone", "x" * 100_000)
            run.supervisor.signal(gone, signal.SIGKILL)
            await run.wrote("main", "closed")
            await run.ended("gone")
            for role in ("main", "gone"):
                with pytest.raises(ControlError, match="nobody reads"):
                    run.supervisor.write_line(role, "hello")

    asyncio.run(check())


def test_a_role_that_another_started_is_fed_by_way_of_its_starter(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    starter = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', sys.argv[1]])"
    code = "print('main got', input(), flush=True)"
    roles = {"provider": python(starter, code), "main": Role(started_by="provider")}

    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", roles) as run:
            run.supervisor.start("provider")
            run.supervisor.write_line("main", "a line")
            await run.wrote("provider", "main got a line")

    asyncio.run(check())


def test_a_restarted_role_is_fed_anew(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": Role(command=("cat",))}) as run:
            for word in ("one", "two"):
                run.supervisor.start("main")
                run.supervisor.write_line("main", word)
                await run.wrote("main", word)
                run.supervisor.finish("main")
                await run.ended("main")

    asyncio.run(check())


def test_what_an_ended_role_left_behind_is_not_fed_after_a_restart(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    # A shell gives what it runs in the background /dev/null to read, unless it is told otherwise.
    script = 'exec 3<&0; (cat; echo "end of file") <&3 3<&- & exit 0'

    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": shell(script)}) as run:
            run.supervisor.start("main")
            await run.ended("main")
            run.supervisor.start("main")
            await run.wrote("main", "end of file")

    asyncio.run(check())


def test_every_standard_pipe_is_known(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": python(FOREVER)}) as run:
            pid = run.supervisor.start("main")
            known = run.supervisor.standard_pipes
            for number, stream in enumerate(("stdin", "stdout", "stderr")):
                inode = Path(f"/proc/{pid}/fd/{number}").stat().st_ino
                assert known[inode] == stream
            assert len(known) == 3

    asyncio.run(check())
