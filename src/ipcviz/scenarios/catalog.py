"""Which scenarios there are: those that come with ipcviz, and any file of a person's own."""

from __future__ import annotations

import os
from pathlib import Path

from ipcviz.errors import ScenarioError
from ipcviz.scenarios.load import Rules
from ipcviz.scenarios.load import load as load_file
from ipcviz.scenarios.mistakes import did_you_mean, located
from ipcviz.scenarios.schema import Loaded
from ipcviz.text import clean

_BUILTIN = Path(__file__).resolve().parent / "builtin"
_ORDER = _BUILTIN / "order.txt"
"""The ids in the order of the menu, one a line; a folder that is not in it comes last."""
_FILE = "scenario.toml"


def builtin() -> list[Path]:
    """The files of the built-in scenarios, in the order of the menu."""
    order = _ORDER.read_text().split()
    found = {file.parent.name: file for file in sorted(_BUILTIN.glob(f"*/{_FILE}"))}
    return [found.pop(name) for name in order if name in found] + list(found.values())


def find(text: str) -> Path:
    """The file of a scenario: a built-in's id, a path to a file, or to a folder that holds a
    scenario.toml. Raises ScenarioError, and suggests the nearest id."""
    known = {file.parent.name: file for file in builtin()}
    if text in known:
        return known[text]
    path = os.path.join(text, _FILE) if os.path.isdir(text) else text
    if os.path.exists(path):
        return Path(path)
    if "/" in text or text.endswith(".toml"):
        raise ScenarioError(located(path, None, "there is no such file"))
    raise ScenarioError(clean(f'there is no scenario "{text}"{did_you_mean(text, known)}'))


def load(text: str | Path, variant: str | None = None, rules: Rules = tuple) -> Loaded:
    """Load what find() finds, with a variant laid over it where one is named. `rules`: those that
    a file may name. Raises ScenarioError, which names every mistake of the file."""
    file = find(str(text))
    return load_file(file, variant, rules, trusted=_BUILTIN in file.resolve().parents)
