"""What a person gets who installs ipcviz, and what starting it imports."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import ipcviz

PROJECT = Path(__file__).parents[1]
BELOW_UI = ["session", "steps", "supervisor", "observers", "model", "scenarios", "headless", "log"]


def run(*arguments: str) -> str:
    """What Python prints when run with these arguments, successfully."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel built from this checkout."""
    dist = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(dist)],
        cwd=PROJECT,
        capture_output=True,
        check=True,
    )
    (built,) = dist.glob("ipcviz-*.whl")
    return zipfile.ZipFile(built).namelist()


def test_the_wheel_holds_every_file_of_the_package(wheel: list[str]) -> None:
    package = PROJECT / "src" / "ipcviz"
    files = {
        f"ipcviz/{path.relative_to(package)}"
        for path in package.rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    assert any(name.endswith("scenario.toml") for name in files)
    assert any(name.endswith(".tcss") for name in files)
    assert files == {name for name in wheel if not name.startswith("ipcviz-")}
    assert any(name.endswith("licenses/LICENSE") for name in wheel)


def test_the_module_runs_as_the_command_does() -> None:
    assert ipcviz.__version__ in run("-m", "ipcviz", "--version")


@pytest.mark.parametrize("module", BELOW_UI)
def test_nothing_below_the_screen_imports_textual(module: str) -> None:
    imported = run("-c", f"import sys, ipcviz.{module}; print(*sys.modules)").split()
    assert f"ipcviz.{module}" in imported
    assert not {"textual", "rich"} & set(imported)


def test_listing_imports_neither_textual_nor_what_runs_programs() -> None:
    """`ipcviz list` is felt as slow if it loads what it does not use."""
    listing = "from ipcviz.cli import commands; commands(['list'], standalone_mode=False)"
    script = f"{listing}; import sys; print(*sys.modules)"
    imported = set(run("-c", script).splitlines()[-1].split())
    assert not {"textual", "rich", "asyncio", "ipcviz.session"} & imported
