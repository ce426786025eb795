from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipcviz.supervisor.guardian import Guardian


@pytest.fixture(scope="session")
def guardian() -> Iterator[Guardian]:
    guardian = Guardian.start(terminal=False)
    yield guardian
    guardian.farewell()


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime directory of the test's own, which the FIFOs are made below."""
    directory = tmp_path / "runtime"
    directory.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    return directory


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours that is no part of a run; it must outlive the test."""
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process
        ended = process.poll()
        process.kill()
    assert ended is None
