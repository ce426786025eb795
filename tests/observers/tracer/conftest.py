from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observers.tracer.traced import Traced


@pytest.fixture
def traced(tmp_path: Path) -> Iterator[Traced]:
    """A process, this one, whose files are written by hand, and its observer."""
    traced = Traced(tmp_path)
    yield traced
    traced.observer.close()
    traced.close()
