"""What pipes are called."""

from __future__ import annotations

import os
from pathlib import Path

from ipcviz.observers.names import UNDECLARED_AT_MOST, Names


def test_names_of_undeclared_fifos_are_limited_in_number(tmp_path: Path) -> None:
    path = tmp_path / "a"
    os.mkfifo(path)
    names = Names({"a": path}, {})
    declared = names.declared["a"]
    keys = [(declared[0], declared[1] + 1 + number) for number in range(UNDECLARED_AT_MOST + 10)]
    for number, key in enumerate(keys):
        assert names.learn(key, f"/made/{number}") == f"/made/{number}"
    assert names.name(declared) == "a"
    assert [names.name(key) for key in keys[:10]] == [None] * 10
    assert names.name(keys[10]) == "/made/10"
    assert names.name(keys[-1]) == f"/made/{len(keys) - 1}"


def test_a_second_fifo_of_the_same_path_is_told_apart() -> None:
    names = Names({}, {})
    assert names.learn((1, 7), "/a") == "/a"
    assert names.learn((1, 8), "/a") == "/a (inode 8)"
    assert names.learn((1, 8), "/b") == "/a (inode 8)"
