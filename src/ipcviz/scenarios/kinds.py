"""The typed model of a scenario file, as a tree of kinds of values that can be walked."""

from __future__ import annotations

from functools import cache

from msgspec import inspect

from ipcviz.scenarios.schema import Scenario


@cache
def model() -> inspect.Type:
    """The kind of a whole file."""
    return inspect.type_info(Scenario)


def plain(kind: inspect.Type) -> inspect.Type:
    """The kind without what is noted beside it."""
    return plain(kind.type) if isinstance(kind, inspect.Metadata) else kind


def members(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    """The kinds that a union allows, or the one that it is."""
    bare = plain(kind)
    return bare.types if isinstance(bare, inspect.UnionType) else (kind,)


def member(kind: inspect.Type, value: object) -> inspect.Type | None:
    """The member of a union that is meant by a value of this Python type."""
    for one in members(kind):
        match plain(one), value:
            case inspect.StructType() | inspect.DictType(), dict():
                return plain(one)
            case inspect.VarTupleType(), list():
                return plain(one)
            case inspect.StrType() | inspect.LiteralType(), str():
                return one
            case inspect.IntType() | inspect.LiteralType(), int() if not isinstance(value, bool):
                return one
    return None
