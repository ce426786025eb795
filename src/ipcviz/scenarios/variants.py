"""Variants: what a scenario file says of them, and how one is laid over the rest."""

from __future__ import annotations

from typing import Any

from ipcviz.scenarios.mistakes import KeyPath, Mistake
from ipcviz.scenarios.schema import Table

_FIXED = ("format", "id", "variants")


def take_out(data: Table) -> tuple[Table, dict[str, Table], list[Mistake]]:
    """The file without its variants but with their titles, the variants, and what is wrong with
    them as such. A variant without a title is called by its name."""
    variants = data.get("variants", {})
    if not isinstance(variants, dict):
        return data, {}, []
    good: dict[str, Table] = {}
    mistakes = []
    for name, variant in variants.items():
        path = ("variants", name)
        if not isinstance(variant, dict):
            mistakes.append(Mistake(path, "expected a table: what this variant does otherwise"))
            continue
        mistakes += [
            Mistake((*path, key), "a variant cannot change this")
            for key in _FIXED
            if key in variant
        ]
        good[name] = {key: value for key, value in variant.items() if key not in _FIXED}
    titles = {name: _title(name, variant) for name, variant in good.items()}
    return {**data, "variants": titles}, good, mistakes


def _title(name: str, variant: Table) -> str:
    title = variant.get("title")
    return title if isinstance(title, str) else name


def lay_over(base: Table, variant: Table, path: KeyPath = ()) -> Table:
    """The base with the variant over it: tables merge deeply; all else, and each single action,
    is replaced."""
    merged = dict(base)
    for key, value in variant.items():
        below = base.get(key)
        if _merges(below, value, (*path, key)):
            merged[key] = lay_over(below, value, (*path, key))  # type: ignore[arg-type]
        else:
            merged[key] = value
    return merged


def origin(path: KeyPath, name: str, base: Table, variant: Table) -> KeyPath:
    """Where in the file a place of the merged scenario comes from."""
    below: Any = base
    over: Any = variant
    for index, key in enumerate(path):
        if key not in over:
            return path
        below = below.get(key)
        over = over[key]
        if not _merges(below, over, path[: index + 1]):
            break
    return ("variants", name, *path)


def _merges(below: object, over: object, path: KeyPath) -> bool:
    is_action = len(path) == 2 and path[0] == "actions"
    return isinstance(below, dict) and isinstance(over, dict) and not is_action
