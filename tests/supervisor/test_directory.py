from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ipcviz.errors import UsageError
from ipcviz.scenarios.schema import Channel
from ipcviz.supervisor.directory import private_directory, rings_directory
from ipcviz.supervisor.guardian import Guardian
from supervisor.running import Run, scenario

FIFO = Channel(kind="fifo", writer="main", reader="main")
DECLARED = Channel(kind="fifo", writer="main", reader="main", path="there")


def test_stands_below_the_runtime_directory_or_the_temporary_one(tmp_path: Path) -> None:
    temporary = tmp_path / f"ipcviz-{os.geteuid()}"
    environment = {"XDG_RUNTIME_DIR": str(tmp_path), "TMPDIR": str(tmp_path)}
    assert private_directory(environment) == tmp_path / "ipcviz"
    (tmp_path / "link").symlink_to(tmp_path)
    for unusable in ("", "relative", str(tmp_path / "missing"), str(tmp_path / "link")):
        environment["XDG_RUNTIME_DIR"] = unusable
        assert private_directory(environment) == temporary
    assert private_directory({}) == Path("/tmp", f"ipcviz-{os.geteuid()}")


def test_rings_stand_in_shared_memory_or_in_the_folder(runtime: Path) -> None:
    folder = runtime / "ipcviz" / "session"
    assert rings_directory(folder) == Path("/dev/shm", f"ipcviz-{os.geteuid()}", "session")
    for none in (runtime, runtime / "missing", Path("/proc")):
        assert rings_directory(folder, none) == folder / ".rings"


def test_rings_do_not_stand_where_others_could_reach_them(runtime: Path) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as shared:
        folder, private = runtime / "session", Path(shared, f"ipcviz-{os.geteuid()}")
        assert rings_directory(folder, Path(shared)) == private / "session"
        private.mkdir(mode=0o700)
        assert rings_directory(folder, Path(shared)) == private / "session"
        private.chmod(0o755)
        assert rings_directory(folder, Path(shared)) == folder / ".rings"


def test_is_ours_alone(guardian: Guardian, runtime: Path, tmp_path: Path) -> None:
    async def check() -> None:
        run = Run(scenario(tmp_path / "s.toml", {}, {"a": FIFO}), guardian)
        run.supervisor.open()
        rings = run.supervisor.rings
        for folder in (runtime / "ipcviz", runtime / "ipcviz" / run.session_id, rings):
            assert folder.stat().st_mode & 0o777 == 0o700
        await run.supervisor.close()
        assert not rings.exists()

    asyncio.run(check())


Obstacle = Callable[[Path, Path], None]


def a_link(directory: Path, target: Path) -> None:
    target.mkdir()
    directory.symlink_to(target)


def a_file(directory: Path, target: Path) -> None:
    directory.write_text("")


def an_open_directory(directory: Path, target: Path) -> None:
    directory.mkdir()
    directory.chmod(0o755)


def a_foreign_directory(directory: Path, target: Path) -> None:
    directory.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can give a directory away")
    os.chown(directory, 12345, -1)


@pytest.mark.parametrize(
    ("obstacle", "sentence"),
    [
        (a_link, "is a symbolic link"),
        (a_file, "is no directory"),
        (an_open_directory, r"is open to others \(its mode is 0755, not 0700\)"),
        (a_foreign_directory, "belongs to another user"),
    ],
)
def test_refuses_what_others_could_use(
    guardian: Guardian, runtime: Path, tmp_path: Path, obstacle: Obstacle, sentence: str
) -> None:
    obstacle(runtime / "ipcviz", tmp_path / "target")
    run = Run(scenario(tmp_path / "s.toml", {}, {"a": FIFO}), guardian)
    with pytest.raises(UsageError, match=f"{runtime}/ipcviz {sentence}"):
        run.supervisor.open()
    assert run.log.events == []


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("there", "channel b: .*there is no FIFO; remove it"),
        ("no/such/folder", "channel b: the FIFO .*folder cannot be made: No such file"),
        ("there/below", "channel b: .*below: Not a directory"),
    ],
)
def test_refuses_a_path_where_no_fifo_can_be(
    guardian: Guardian, runtime: Path, tmp_path: Path, path: str, sentence: str
) -> None:
    (tmp_path / "there").write_text("precious")
    declared = Channel(kind="fifo", writer="main", reader="main", path=path)
    made = Channel(kind="fifo", writer="main", reader="main", path="made")
    loaded = scenario(tmp_path / "s.toml", {}, {"a": made, "b": declared})
    with pytest.raises(UsageError, match=sentence):
        Run(loaded, guardian).supervisor.open()
    assert (tmp_path / "there").read_text() == "precious"
    assert not (tmp_path / "made").exists()
    assert list(runtime.iterdir()) == []
