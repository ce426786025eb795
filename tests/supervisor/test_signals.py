from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
from pathlib import Path

import pytest

from ipcviz import events
from ipcviz.errors import ControlError, StartError
from ipcviz.scenarios.schema import Role
from ipcviz.supervisor.guardian import Guardian
from leftovers import lives
from supervisor.running import FOREVER, Run, python, running, shell, until

COUNTS_ITS_SIGNALS = """
import signal, time
signal.signal(signal.SIGUSR1, lambda *_: print("got USR1", flush=True))
print("ready", flush=True)
while True:
    time.sleep(1)
"""
LEAVES_AN_ORPHAN = """
import os, time
main = os.getpid()
orphan = os.fork()
if orphan:
    print(orphan, flush=True)
else:
    while os.getppid() == main:
        time.sleep(0.01)
    os._exit(7)
"""


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize(
    ("script", "code", "name"),
    [
        ("exit 0", 0, None),
        ("exit 77", 77, None),
        ("kill -TERM $$", None, "SIGTERM"),
        ("kill -SEGV $$", None, "SIGSEGV"),
        ("kill -PIPE $$", None, "SIGPIPE"),
        ("kill -36 $$", None, "SIGRTMIN+2"),
    ],
)
def test_how_a_role_ended(
    guardian: Guardian, runtime: Path, tmp_path: Path, script: str, code: int, name: str
) -> None:
    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": shell(script)}) as run:
            pid = run.supervisor.start("main")
            ended = await run.ended("main")
            assert (ended.pid, ended.code, ended.signal) == (pid, code, name)
            assert not Path(f"/proc/{pid}").exists(), "it is reaped"
            with pytest.raises(ProcessLookupError):
                run.supervisor.signal(pid, signal.SIGKILL)

    asyncio.run(check())


def test_a_signal_is_told_and_arrives(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        roles = {"main": python(COUNTS_ITS_SIGNALS)}
        async with running(guardian, tmp_path / "s.toml", roles) as run:
            pid = run.supervisor.start("main")
            await run.wrote("main", "ready")
            run.supervisor.signal(pid, signal.SIGUSR1)
            await run.wrote("main", "got USR1")
            sent = [event for event in run.log.events if isinstance(event, events.SignalSend)]
            assert [(one.signal, one.to, one.source) for one in sent] == [
                ("SIGUSR1", pid, "ipcviz")
            ]

    asyncio.run(check())


def test_a_descendant_can_be_signalled_and_a_stranger_cannot(
    guardian: Guardian, runtime: Path, tmp_path: Path, stranger: subprocess.Popen[bytes]
) -> None:
    code = """
import os, time
if os.fork() == 0:
    print(os.getpid(), flush=True)
time.sleep(600)
"""

    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": python(code)}) as run:
            run.supervisor.start("main")
            await until(lambda: run.output("main"), "the grandchild tells its pid")
            grandchild = int(run.output("main")[0])
            run.supervisor.signal(grandchild, signal.SIGSTOP)
            await until(lambda: state_of(grandchild) == "T", "it is stopped")
            run.supervisor.signal(grandchild, signal.SIGKILL)
            await until(lambda: state_of(grandchild) == "Z", "it is killed")
            with pytest.raises(ProcessLookupError):
                run.supervisor.signal(grandchild, signal.SIGKILL)
            for pid in (stranger.pid, guardian.pid, os.getpid(), os.getppid(), 1):
                with pytest.raises(ProcessLookupError):
                    run.supervisor.signal(pid, signal.SIGKILL)

    asyncio.run(check())


def test_an_orphan_is_ours_to_reap(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        roles = {"main": python(LEAVES_AN_ORPHAN)}
        async with running(guardian, tmp_path / "s.toml", roles) as run:
            main = run.supervisor.start("main")
            assert run.supervisor.reap(main) is None
            await run.ended("main")
            orphan = int(run.output("main")[0])
            await until(lambda: state_of(orphan) == "Z", "the orphan has ended")
            ended = run.supervisor.reap(orphan)
            assert ended is not None
            assert ended.code == 7
            assert run.supervisor.reap(orphan) is None

    asyncio.run(check())


@pytest.mark.parametrize("seed", range(5))
def test_any_order_at_any_moment(
    guardian: Guardian,
    runtime: Path,
    tmp_path: Path,
    stranger: subprocess.Popen[bytes],
    seed: int,
) -> None:
    """Start, signal, pause, resume, kill and feed three roles at random. Every process started
    is told to have ended exactly once, and the stranger is not hit."""
    chance = random.Random(seed)
    roles = {
        "patient": python(FOREVER),
        "hasty": Role(command=("true",)),
        "reader": Role(command=("cat",)),
    }
    known: list[int] = []
    latest: dict[str, int] = {}

    async def act(run: Run) -> None:
        role = chance.choice(list(roles))
        number = chance.choice([signal.SIGKILL, signal.SIGSTOP, signal.SIGCONT, signal.SIGTERM])
        match chance.choice(["start", "signal", "signal", "feed", "wait"]):
            case "start":
                if run.supervisor.running(role):
                    with pytest.raises(StartError):
                        run.supervisor.start(role)
                else:
                    latest[role] = run.supervisor.start(role)
                    known.append(latest[role])
            case "signal" if known:
                pid = chance.choice(known[-4:])
                try:
                    run.supervisor.signal(pid, number)
                except ProcessLookupError:
                    assert not lives(pid)
            case "feed" if run.supervisor.running("reader"):
                try:
                    run.supervisor.write_line("reader", "hello")
                except ControlError:
                    await until(lambda: not lives(latest["reader"]), "the reader has ended")
            case "wait":
                await asyncio.sleep(chance.choice([0, 0.001, 0.01]))

    async def check() -> Run:
        async with running(guardian, tmp_path / "s.toml", roles) as run:
            for _ in range(300):
                await act(run)
        return run

    run = asyncio.run(check())
    assert known
    assert sorted(known) == sorted(event.pid for event in run.exits() if event.pid is not None)
    assert not any(lives(pid) for pid in known)
