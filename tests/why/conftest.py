from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from why.asking import Asking


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[Asking]:
    asking = Asking(tmp_path)
    yield asking
    asking.close()
