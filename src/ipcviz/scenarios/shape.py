"""Holds what a file says against the typed model, and names every place where they differ.

The checks that come after this one should still see as much as possible, so that one look names
every mistake. So a misspelt key is taken for the one that was meant, and what is wrong or missing
is replaced by an empty value of the right type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import msgspec.inspect as kinds

from ipcviz.scenarios.mistakes import KeyPath, Mistake, did_you_mean, nearest
from ipcviz.scenarios.schema import Scenario
from ipcviz.text import clean


class Shaped(NamedTuple):
    """What the data says as a scenario, every mistake of shape that is in it, and the places
    where an empty value stands in for a wrong or missing one."""

    scenario: Scenario
    mistakes: list[Mistake]
    stand_ins: set[KeyPath]


def shape(data: dict[str, Any]) -> Shaped:
    """Hold the data against the model."""
    shaper = _Shaper()
    scenario = shaper.value(_model(), data, ())
    return Shaped(scenario, shaper.mistakes, shaper.stand_ins)


@cache
def _model() -> kinds.Type:
    return kinds.type_info(Scenario)


class _Shaper:
    """One walk over the data; gathers mistakes on its way."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.stand_ins: set[KeyPath] = set()

    def value(self, kind: kinds.Type, value: object, path: KeyPath) -> Any:
        match _member(kind, value), value:
            case kinds.StructType() as struct, dict():
                return self._struct(struct, value, path)
            case kinds.DictType() as table, dict():
                return dict(self._items(table, value, path))
            case kinds.VarTupleType(item_type=item), list():
                return tuple(self.value(item, x, (*path, i)) for i, x in enumerate(value))
            case found, _ if found is not None and _allows(found, value):
                return value
        return self._stand_in(kind, path, f"expected {_expected(kind)}, not {_found(value)}")

    def _stand_in(self, kind: kinds.Type, path: KeyPath, complaint: str) -> Any:
        self.mistakes.append(Mistake(path, complaint))
        self.stand_ins.add(path)
        return _empty(kind)

    def _struct(self, kind: kinds.StructType, table: dict[str, Any], path: KeyPath) -> Any:
        fields = {field.encode_name: field for field in kind.fields}
        table = self._spelt_right(table, list(fields), path)
        values = {}
        for key, field in fields.items():
            if key in table:
                values[field.name] = self.value(field.type, table[key], (*path, key))
            elif field.required:
                complaint = f"missing; expected {_expected(field.type)}"
                values[field.name] = self._stand_in(field.type, (*path, key), complaint)
        return kind.cls(**values)

    def _spelt_right(
        self, table: dict[str, Any], known: list[str], path: KeyPath
    ) -> dict[str, Any]:
        right = {key: value for key, value in table.items() if key in known}
        for key in table.keys() - right.keys():
            self.mistakes.append(Mistake((*path, key), "unknown key" + did_you_mean(key, known)))
            meant = nearest(key, known)
            if meant is not None:
                right.setdefault(meant, table[key])
        return right

    def _items(
        self, kind: kinds.DictType, table: dict[str, Any], path: KeyPath
    ) -> Iterator[tuple[str, Any]]:
        for key, value in table.items():
            if not _allows(kind.key_type, key):
                self.mistakes.append(Mistake((*path, key), f"expected {_expected(kind.key_type)}"))
            yield key, self.value(kind.value_type, value, (*path, key))


def _plain(kind: kinds.Type) -> kinds.Type:
    return _plain(kind.type) if isinstance(kind, kinds.Metadata) else kind


def _members(kind: kinds.Type) -> tuple[kinds.Type, ...]:
    plain = _plain(kind)
    return plain.types if isinstance(plain, kinds.UnionType) else (kind,)


def _member(kind: kinds.Type, value: object) -> kinds.Type | None:
    """The member of a union that is meant by a value of this Python type."""
    for member in _members(kind):
        match _plain(member), value:
            case kinds.StructType() | kinds.DictType(), dict():
                return _plain(member)
            case kinds.VarTupleType(), list():
                return _plain(member)
            case kinds.StrType() | kinds.LiteralType(), str():
                return member
            case kinds.IntType() | kinds.LiteralType(), int() if not isinstance(value, bool):
                return member
    return None


def _allows(kind: kinds.Type, value: Any) -> bool:
    match _plain(kind):
        case kinds.LiteralType(values=values):
            return value in values
        case kinds.IntType(ge=least, le=most):
            return (least is None or value >= least) and (most is None or value <= most)
        case kinds.StrType(pattern=pattern):
            lines = value.expandtabs().split("\n") if _has_lines(kind) else [value]
            right = pattern is None or re.search(pattern, value) is not None
            return right and all(clean(line) == line for line in lines)
    return False


def _has_lines(kind: kinds.Type) -> bool:
    return isinstance(kind, kinds.Metadata) and bool((kind.extra or {}).get("lines"))


def _empty(kind: kinds.Type) -> Any:
    """A value that stands in for one that is wrong or missing."""
    match _plain(_members(kind)[0]):
        case kinds.StructType(cls=cls, fields=fields):
            return cls(**{field.name: _empty(field.type) for field in fields if field.required})
        case kinds.DictType():
            return {}
        case kinds.VarTupleType():
            return ()
        case kinds.LiteralType(values=values):
            return values[0]
        case kinds.IntType():
            return 0
    return ""


def _expected(kind: kinds.Type) -> str:
    described = [_described(member) for member in _members(kind)]
    return " or ".join(dict.fromkeys(words for words in described if words))


def _described(kind: kinds.Type) -> str:
    if isinstance(kind, kinds.Metadata) and kind.extra_json_schema:
        return str(kind.extra_json_schema["description"])
    match _plain(kind):
        case kinds.StructType() | kinds.DictType():
            return "a table"
        case kinds.VarTupleType(item_type=item):
            return f"an array, each item {_expected(item)}"
        case kinds.LiteralType(values=values):
            return " or ".join(f'"{x}"' if isinstance(x, str) else str(x) for x in values)
        case kinds.IntType():
            return "a whole number"
        case kinds.StrType():
            lines = "" if _has_lines(kind) else "one line of "
            return f"{lines}text without control characters"
    return ""


def _found(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value if len(value) < 40 else value[:39] + "…"}"'
        case int() | float():
            return f"the number {value}"
        case list():
            return "an array"
        case dict():
            return "a table"
    return "a date or time"
