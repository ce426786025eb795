"""A traced program prints, raises, returns and holds open what it would without the tracer."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from observers.tracer.inside.pythons import VERSIONS, find
from observers.tracer.inside.running import PROGRAMS, environment, ring_directory

INPUT = b"first\nsecond\nthird\nfourth"


def run(python: str, folder: Path, rings: Path | None) -> subprocess.CompletedProcess[bytes]:
    folder.mkdir()
    return subprocess.run(
        [python, str(PROGRAMS / "everything.py"), str(folder)],
        env=environment(rings),
        input=INPUT,
        capture_output=True,
        timeout=60,
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_a_traced_program_does_what_it_does_bare(version: str, tmp_path: Path) -> None:
    python = find(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    folder = tmp_path / "folder"
    bare = run(python, folder, None)
    folder.rename(tmp_path / "bare")
    with ring_directory() as rings:
        traced = run(python, folder, rings)
        assert list(rings.glob("*.ring"))
        assert not list(rings.glob("*.why"))
    assert traced.stdout.decode().splitlines() == bare.stdout.decode().splitlines()
    assert without_pids(traced.stderr) == without_pids(bare.stderr)
    assert traced.returncode == bare.returncode == 1
    assert bare.stdout.endswith(b"held until the exit\n")


def without_pids(text: bytes) -> list[str]:
    """The lines; the pid in a warning is another each time."""
    return re.sub(r"pid=\d+", "pid", text.decode()).splitlines()
