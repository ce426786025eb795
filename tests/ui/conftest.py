from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ipcviz.supervisor.guardian import Guardian


@pytest.fixture(scope="module")
def guardian() -> Iterator[Guardian]:
    guardian = Guardian.start(terminal=False)
    yield guardian
    guardian.farewell()


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A runtime directory of the test's own, which the FIFOs are made below."""
    directory = tmp_path / "runtime"
    directory.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(directory))
    return directory
