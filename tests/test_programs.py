"""A missing program is a loud skip on a person's machine, and a failure where nothing may be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from programs import REQUIRE_ALL

TESTS = Path(__file__).parent
SUITE = """
from programs import needs

@needs("no-such-program", "its-package")
def test_it():
    pass

@needs("sh")
def test_the_shell():
    pass
"""


def outcome(folder: Path, required: bool, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    (folder / "test_suite.py").write_text(SUITE)
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    monkeypatch.setenv(REQUIRE_ALL, "1" if required else "")
    command = [sys.executable, "-m", "pytest", "-ra", "-p", "no:cacheprovider", str(folder)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_skip_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = outcome(tmp_path, required=False, monkeypatch=monkeypatch)
    assert code == 0
    assert "1 passed, 1 skipped" in told
    assert "needs no-such-program: apt-get install its-package" in told


def test_where_all_is_required_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = outcome(tmp_path, required=True, monkeypatch=monkeypatch)
    assert code != 0
    assert f"apt-get install its-package ({REQUIRE_ALL} is set)" in told
