"""What a program finds when it begins: none of what ipcviz itself was started with."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from ipcviz.errors import StartError
from ipcviz.scenarios.schema import Role
from ipcviz.supervisor.guardian import Guardian
from supervisor.host import hosted
from supervisor.running import FOREVER, Run, python, running, shell
from waiting import wait_until

OF_THE_C_LIBRARY = 1 << 31 | 1 << 32
"""The signals 32 and 33, which glibc's posix_spawn ignores and its threads handle."""


def status_of(pid: int) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return dict(line.split(":\t", 1) for line in lines)


def descriptors_of(pid: int) -> set[str]:
    return set(os.listdir(f"/proc/{pid}/fd"))


def wait_for_standard_streams_only(pid: int) -> None:
    """A program that has just begun still reads its libraries."""
    wait_until(lambda: descriptors_of(pid) == {"0", "1", "2"}, f"{pid} has three descriptors")


def test_default_dispositions_empty_mask_and_no_descriptors(runtime: Path) -> None:
    """The host is started with signals ignored and blocked, and a descriptor to inherit."""
    ignored = {signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE, signal.SIGRTMIN}
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    try:
        with hosted("exec sleep 600", ignored=ignored, blocked={signal.SIGUSR1}) as host:
            assert str(writing) in descriptors_of(host.pid)
            # The C library blocks signals for a moment while it starts a thread, a shell while it
            # forks: so wait for the host's own mask, and for the shell to become sleep.
            usr1 = 1 << (signal.SIGUSR1 - 1)
            wait_until(lambda: int(status_of(host.pid)["SigBlk"], 16) == usr1, "USR1 is blocked")
            comm = Path(f"/proc/{host.child}/comm")
            wait_until(lambda: comm.read_text() == "sleep\n", "the shell became sleep")
            status = status_of(host.child)
            assert int(status["SigIgn"], 16) & ~OF_THE_C_LIBRARY == 0
            assert int(status["SigBlk"], 16) == 0
            assert int(status["SigPnd"], 16) == 0
            for pid in (host.child, host.guardian):
                wait_for_standard_streams_only(pid)
    finally:
        os.close(reading)
        os.close(writing)


def test_a_signal_that_ends_a_child_is_learnt_though_sigchld_was_ignored(runtime: Path) -> None:
    with hosted("kill -9 $$", ignored={signal.SIGCHLD}) as host:
        assert host.exit() == {"signal": "SIGKILL"}


def test_a_process_group_a_directory_and_an_environment_of_its_own(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    (tmp_path / "beside").mkdir()
    tell = (
        "import json, os\nprint(json.dumps([os.getpgrp() == os.getpid(), os.getcwd(), "
        "os.environ['IPCVIZ_SESSION'], os.environ['COLOUR'], os.environ['PATH']]))"
    )

    async def told() -> tuple[Run, list[Any]]:
        role = python(tell, cwd="beside", environment={"COLOUR": "blue"})
        async with running(guardian, tmp_path / "scenario.toml", {"main": role}) as run:
            run.supervisor.start("main")
            await run.ended("main")
            return run, json.loads(run.output("main")[0])

    before = os.getcwd()
    run, answer = asyncio.run(told())
    beside = str(tmp_path / "beside")
    assert answer == [True, beside, run.session_id, "blue", os.environ["PATH"]]
    assert os.getcwd() == before


def test_its_program_is_looked_for_in_its_own_path(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    program = tmp_path / "bin" / "hello-from-here"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)

    async def check() -> None:
        role = Role(command=("hello-from-here",), environment={"PATH": str(program.parent)})
        async with running(guardian, tmp_path / "scenario.toml", {"main": role}) as run:
            run.supervisor.start("main")
            await run.wrote("main", "hello")

    asyncio.run(check())


def test_starts_though_our_own_directory_is_gone(
    guardian: Guardian, runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    async def check() -> None:
        roles = {"main": shell("pwd")}
        async with running(guardian, tmp_path / "scenario.toml", roles) as run:
            run.supervisor.start("main")
            await run.wrote("main", str(tmp_path))

    asyncio.run(check())


def plain(path: Path) -> None:
    path.write_text("echo hello\n")


def without_line(path: Path) -> None:
    path.write_text("echo hello\n")
    path.chmod(0o755)


def without_interpreter(path: Path) -> None:
    path.write_text("#!/no/such/interpreter\n")
    path.chmod(0o755)


REFUSED = [
    (Role(command=("no-such-program",)), None, "no-such-program is not found in PATH"),
    (Role(command=("./program",)), None, "./program is not there"),
    (Role(command=("./program",)), plain, "./program is not executable"),
    (Role(command=("./program",)), without_line, "./program is no program that the kernel can run"),
    (Role(command=("./program",)), without_interpreter, "the interpreter that its first line"),
    (Role(command=("true",), cwd="nowhere"), None, "its working directory .*nowhere: No such file"),
    (Role(command=("true", "a\0b")), None, "cannot be passed to a program: embedded null"),
    (Role(command=("true", "x" * 200_000)), None, "true: Argument list too long"),
    (Role(started_by="other"), None, "is started by other, not by ipcviz"),
    (Role(command=("true", "{other.pid}")), None, "needs the pid of other, which does not run"),
]


@pytest.mark.parametrize(("role", "prepare", "sentence"), REFUSED)
def test_what_does_not_start_gets_a_sentence(
    guardian: Guardian, runtime: Path, tmp_path: Path, role: Role, prepare: Any, sentence: str
) -> None:
    if prepare is not None:
        prepare(tmp_path / "program")

    async def check() -> None:
        roles = {"main": role, "other": python(FOREVER)}
        async with running(guardian, tmp_path / "scenario.toml", roles) as run:
            before = len(os.listdir("/proc/self/fd"))
            with pytest.raises(StartError, match=f"^main .*{sentence}"):
                run.supervisor.start("main")
            assert len(os.listdir("/proc/self/fd")) == before
            assert run.supervisor.children == {}

    asyncio.run(check())


def test_what_runs_is_not_started_twice(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        roles = {"main": python(FOREVER)}
        async with running(guardian, tmp_path / "scenario.toml", roles) as run:
            pid = run.supervisor.start("main")
            with pytest.raises(StartError, match="main runs already"):
                run.supervisor.start("main")
            assert run.supervisor.children == {pid: "main"}

    asyncio.run(check())
