"""Holds what a file says against the typed model, and names every place where they differ.

The checks that come after this one should still see as much as possible, so that one look names
every mistake. So what is wrong or missing is replaced by an empty value of the right type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import inspect

from ipcviz.scenarios.kinds import member, members, model, plain
from ipcviz.scenarios.mistakes import KeyPath, Mistake
from ipcviz.scenarios.schema import Scenario, Table
from ipcviz.text import clean


class Shaped(NamedTuple):
    """What the data says as a scenario, every mistake of shape that is in it, and the places
    where an empty value stands in for a wrong or missing one."""

    scenario: Scenario
    mistakes: list[Mistake]
    stand_ins: set[KeyPath]


def shape(data: Table) -> Shaped:
    """Hold the data against the model."""
    shaper = _Shaper()
    scenario = shaper.value(model(), data, ())
    return Shaped(scenario, shaper.mistakes, shaper.stand_ins)


class _Shaper:
    """One walk over the data; gathers mistakes on its way."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.stand_ins: set[KeyPath] = set()

    def value(self, kind: inspect.Type, value: object, path: KeyPath) -> Any:
        match member(kind, value), value:
            case inspect.StructType() as struct, dict():
                return self._struct(struct, value, path)
            case inspect.DictType() as table, dict():
                return dict(self._items(table, value, path))
            case inspect.VarTupleType(item_type=item), list():
                return tuple(self.value(item, x, (*path, i)) for i, x in enumerate(value))
            case found, _ if found is not None and _allows(found, value):
                return value
        return self._stand_in(kind, path, f"expected {_expected(kind)}, not {_found(value)}")

    def _stand_in(self, kind: inspect.Type, path: KeyPath, complaint: str) -> Any:
        self.mistakes.append(Mistake(path, complaint))
        self.stand_ins.add(path)
        return _empty(kind)

    def _struct(self, kind: inspect.StructType, table: Table, path: KeyPath) -> Any:
        fields = {field.encode_name: field for field in kind.fields}
        values = {}
        for key, field in fields.items():
            if key in table:
                values[field.name] = self.value(field.type, table[key], (*path, key))
            elif field.required:
                complaint = f"missing; expected {_expected(field.type)}"
                values[field.name] = self._stand_in(field.type, (*path, key), complaint)
        return kind.cls(**values)

    def _items(
        self, kind: inspect.DictType, table: Table, path: KeyPath
    ) -> Iterator[tuple[str, Any]]:
        for key, value in table.items():
            if not _allows(kind.key_type, key):
                self.mistakes.append(Mistake((*path, key), f"expected {_expected(kind.key_type)}"))
            yield key, self.value(kind.value_type, value, (*path, key))


def _allows(kind: inspect.Type, value: Any) -> bool:
    match plain(kind):
        case inspect.LiteralType(values=values):
            return value in values
        case inspect.IntType(ge=least, le=most):
            return (least is None or value >= least) and (most is None or value <= most)
        case inspect.StrType(pattern=pattern):
            lines = value.expandtabs().split("\n") if _has_lines(kind) else [value]
            right = pattern is None or re.search(pattern, value) is not None
            return right and all(clean(line) == line for line in lines)
    return False


def _has_lines(kind: inspect.Type) -> bool:
    return isinstance(kind, inspect.Metadata) and bool((kind.extra or {}).get("lines"))


def _empty(kind: inspect.Type) -> Any:
    """A value that stands in for one that is wrong or missing."""
    match plain(members(kind)[0]):
        case inspect.StructType(cls=cls, fields=fields):
            return cls(**{field.name: _empty(field.type) for field in fields if field.required})
        case inspect.DictType():
            return {}
        case inspect.VarTupleType():
            return ()
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.IntType():
            return 0
    return ""


def _expected(kind: inspect.Type) -> str:
    described = [_described(one) for one in members(kind)]
    return " or ".join(dict.fromkeys(words for words in described if words))


def _described(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.Metadata) and kind.extra_json_schema:
        return str(kind.extra_json_schema["description"])
    match plain(kind):
        case inspect.StructType() | inspect.DictType():
            return "a table"
        case inspect.VarTupleType(item_type=item):
            return f"an array, each item {_expected(item)}"
        case inspect.LiteralType(values=values):
            return " or ".join(f'"{x}"' if isinstance(x, str) else str(x) for x in values)
        case inspect.IntType():
            return "a whole number"
        case inspect.StrType():
            lines = "" if _has_lines(kind) else "one line of "
            return f"{lines}text without control characters"
    return ""


def _found(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value if len(value) < 40 else value[:39] + "…"}"'
        case int() if abs(value) > 10**20:  # Python refuses to write out the longest
            return "a very large number"
        case int() | float():
            return f"the number {value}"
        case list():
            return "an array"
        case dict():
            return "a table"
    return "a date or time"
