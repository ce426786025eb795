from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from observers.watching import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.close()
