from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from strangers import Strangers


@pytest.fixture
def strangers(tmp_path: Path) -> Iterator[Strangers]:
    strangers = Strangers(tmp_path)
    yield strangers
    strangers.close()
