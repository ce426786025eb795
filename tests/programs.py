"""Programs from outside PyPI that a test runs, and what to do where one is missing."""

from __future__ import annotations

import os
import shutil

import pytest

REQUIRE_ALL = "IPCVIZ_REQUIRE_ALL"
"""With this variable set a missing program fails the run, so that nothing is skipped unseen."""


def needs(program: str, package: str | None = None) -> pytest.MarkDecorator:
    """A mark for a test that runs this program: it is skipped where the program is missing, with
    the command that installs it (Debian's `package`, by default of the program's name)."""
    missing = shutil.which(program) is None
    reason = f"needs {program}: apt-get install {package or program}"
    if missing and os.environ.get(REQUIRE_ALL):
        pytest.fail(f"{reason} ({REQUIRE_ALL} is set)", pytrace=False)
    return pytest.mark.skipif(missing, reason=reason)
