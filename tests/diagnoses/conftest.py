from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from diagnoses.judging import Judged


@pytest.fixture
def judged(tmp_path: Path) -> Iterator[Judged]:
    judged = Judged(tmp_path)
    yield judged
    judged.close()


@pytest.fixture
def onlooker(tmp_path: Path) -> Iterator[Judged]:
    """As judged, of processes that are no run of ipcviz's."""
    judged = Judged(tmp_path, roles=())
    yield judged
    judged.close()


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Judged]:
    """A run of three roles, of which the FIFO `a` leads from one to two, and `b` back."""
    judged = Judged(tmp_path, roles=("one", "two", "three"))
    yield judged
    judged.close()
