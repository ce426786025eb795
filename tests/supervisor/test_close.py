"""After close() there is nothing: no process, whatever it did to stay, no FIFO, no directory."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from ipcviz import events
from ipcviz.errors import StartError
from ipcviz.scenarios.schema import Channel, Role
from ipcviz.supervisor.guardian import Guardian
from leftovers import lives, processes_of
from supervisor.running import FOREVER, Run, python, running, scenario, shell, until

IGNORES_TERM = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
time.sleep(600)
"""
DOUBLE_FORK = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(os.getpid(), flush=True)
        time.sleep(600)
    os._exit(0)
os.wait()
"""
RUNS_AWAY = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
while True:
    if os.fork():
        os._exit(0)
"""
HAS_A_ZOMBIE = """
import os, time
if os.fork():
    print("ready", flush=True)
    time.sleep(600)
"""
STAYERS = {
    "ignores TERM": python(IGNORES_TERM),
    "calls setsid": shell("setsid sh -c 'echo ready; exec sleep 600' & wait"),
    "is an orphan": python(DOUBLE_FORK),
    "has no environment": shell("env -i setsid sh -c 'echo ready; exec /bin/sleep 600' & exit 0"),
    "forks and exits for ever": python(RUNS_AWAY),
    "is stopped": shell("echo ready; kill -STOP $$"),
    "has a zombie": python(HAS_A_ZOMBIE),
}


@pytest.mark.parametrize("main", STAYERS.values(), ids=STAYERS.keys())
def test_ends_what_wants_to_stay(
    guardian: Guardian, runtime: Path, tmp_path: Path, main: Role
) -> None:
    async def check() -> None:
        before = set(pids())
        async with running(guardian, tmp_path / "s.toml", {"main": main}) as run:
            run.supervisor.start("main")
            await until(lambda: run.output("main"), "it is on its way")
            began = asyncio.get_running_loop().time()
            await run.supervisor.close()
            assert asyncio.get_running_loop().time() - began < 2
            assert not any(below_us(pid) for pid in set(pids()) - before)

    asyncio.run(check())


def test_a_stopped_process_goes_on_to_end_by_itself(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    async def check() -> None:
        roles = {"main": STAYERS["is stopped"]}
        async with running(guardian, tmp_path / "s.toml", roles) as run:
            run.supervisor.start("main")
            await run.wrote("main", "ready")
            await run.supervisor.close()
            assert [event.signal for event in run.exits()] == ["SIGTERM"]

    asyncio.run(check())


def pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdecimal()]


def below_us(pid: int) -> bool:
    """Whether the process, zombie or not, is a child of ours: orphans are."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return int(fields[1]) == os.getpid()


def test_removes_fifos_and_directory(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    os.mkfifo(there)
    channels = {
        "private": Channel(kind="fifo", writer="main", reader="main"),
        "declared": Channel(kind="fifo", writer="main", reader="main", path="declared"),
        "there": Channel(kind="fifo", writer="main", reader="main", path="there"),
    }

    async def check() -> Run:
        roles = {"main": shell('mkdir "$1/more"; echo > "$1/more/file"', "{dir}")}
        async with running(guardian, tmp_path / "s.toml", roles, channels) as run:
            paths = run.supervisor.channel_paths
            assert paths["private"] == runtime / "ipcviz" / run.session_id / "private"
            assert paths["declared"] == tmp_path / "declared"
            made = [event for event in run.log.events if isinstance(event, events.ChannelCreate)]
            assert [(one.channel, one.path, one.inode) for one in made] == [
                (name, str(path), path.stat().st_ino) for name, path in paths.items()
            ]
            for name in ("private", "declared"):
                assert paths[name].is_fifo()
                assert paths[name].stat().st_mode & 0o777 == 0o600
            run.supervisor.start("main")
            await run.ended("main")
        return run

    run = asyncio.run(check())
    assert list(runtime.iterdir()) == []
    assert not (tmp_path / "declared").exists()
    assert there.is_fifo(), "what was there before stays"
    gone = {event.channel for event in run.log.events if isinstance(event, events.ChannelRemove)}
    assert gone == {"private", "declared"}


def test_what_took_the_place_of_a_fifo_stays(
    guardian: Guardian, runtime: Path, tmp_path: Path
) -> None:
    channels = {"declared": Channel(kind="fifo", writer="main", reader="main", path="declared")}

    async def check() -> None:
        roles = {"main": python(FOREVER)}
        async with running(guardian, tmp_path / "s.toml", roles, channels):
            (tmp_path / "declared").unlink()
            (tmp_path / "declared").write_text("precious")

    asyncio.run(check())
    assert (tmp_path / "declared").read_text() == "precious"


def test_twice_and_at_once_is_once(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        async with running(guardian, tmp_path / "s.toml", {"main": python(FOREVER)}) as run:
            run.supervisor.start("main")
            closing = [asyncio.create_task(run.supervisor.close()) for _ in range(3)]
            await asyncio.sleep(0)
            with pytest.raises(StartError, match="the run ends"):
                run.supervisor.start("main")
            closing[0].cancel()
            await asyncio.gather(*closing[1:])
            await run.supervisor.close()
            assert len(run.exits()) == 1

    asyncio.run(check())


def test_lets_go_of_every_descriptor(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        before = set(os.listdir("/proc/self/fd"))
        roles = {"main": shell("sleep 600 & exit 0"), "other": Role(command=("cat",))}
        async with running(guardian, tmp_path / "s.toml", roles) as run:
            run.supervisor.start("main")
            run.supervisor.start("other")
            await run.ended("main")
            await run.supervisor.close()
            assert set(os.listdir("/proc/self/fd")) == before

    asyncio.run(check())


def test_a_session_after_another(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        loaded = scenario(tmp_path / "s.toml", {"main": python(FOREVER)})
        for _ in range(3):
            await one_session(Run(loaded, guardian))

    async def one_session(run: Run) -> None:
        run.supervisor.open()
        pid = run.supervisor.start("main")
        await until(lambda: processes_of(run.session_id) == [pid], "it is to be found")
        await run.supervisor.close()
        assert not lives(pid)

    asyncio.run(check())
