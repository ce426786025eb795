"""Writes scenario files for tests, and tells what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz.errors import ScenarioError
from ipcviz.scenarios.load import load

GOOD = """\
format = 1
id = "talk"
title = "A talk"

[channels.ask]
kind = "fifo"
from = "asker"
to = "teller"

[roles.asker]
command = ["sh", "-c", "echo hello > {ask}"]

[roles.teller]
command = ["cat", "{ask}"]
"""


RULES = ("deadlock", "lost", "zombie")
"""The rules that there are for these files."""


def write(folder: Path, text: str) -> Path:
    """A scenario file of this text, in the folder."""
    file = folder / "scenario.toml"
    file.write_text(text)
    return file


def mistakes(file: Path, variant: str | None = None) -> list[str]:
    """What is said of a file that is wrong, a mistake each, as LINE: SENTENCE."""
    with pytest.raises(ScenarioError) as caught:
        load(file, variant, lambda: RULES)
    lines = str(caught.value).split("\n")
    assert all(line.startswith(f"{file}:") for line in lines), lines
    return [line.removeprefix(f"{file}:").strip() for line in lines]
