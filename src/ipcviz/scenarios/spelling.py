"""Finds the keys of a file that the model does not know.

Each is taken for the one that was probably meant, so that what comes after sees as much of the
file as possible.
"""

from __future__ import annotations

from typing import Any

from msgspec import inspect

from ipcviz.scenarios.kinds import member, model
from ipcviz.scenarios.mistakes import KeyPath, Mistake, did_you_mean, nearest
from ipcviz.scenarios.schema import Table


def correct(data: Table, path: KeyPath = ()) -> tuple[Table, list[Mistake]]:
    """The data of a file, or of a variant at this path, with its keys spelt right; and every key
    that was not."""
    mistakes: list[Mistake] = []
    return _corrected(model(), data, path, mistakes), mistakes


def _corrected(kind: inspect.Type, value: Any, path: KeyPath, mistakes: list[Mistake]) -> Any:
    match member(kind, value):
        case inspect.StructType(fields=fields):
            kinds = {field.encode_name: field.type for field in fields}
            return {
                key: _corrected(kinds[key], below, (*path, key), mistakes)
                for key, below in _known(value, list(kinds), path, mistakes).items()
            }
        case inspect.DictType(value_type=one):
            return {
                key: _corrected(one, below, (*path, key), mistakes) for key, below in value.items()
            }
        case inspect.VarTupleType(item_type=item):
            return [_corrected(item, x, (*path, i), mistakes) for i, x in enumerate(value)]
    return value


def _known(table: Table, known: list[str], path: KeyPath, mistakes: list[Mistake]) -> Table:
    right = {key: value for key, value in table.items() if key in known}
    for key in table.keys() - right.keys():
        mistakes.append(Mistake((*path, key), "unknown key" + did_you_mean(key, known)))
        meant = nearest(key, known)
        if meant is not None:
            right.setdefault(meant, table[key])
    return right
