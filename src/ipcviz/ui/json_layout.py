"""JSON laid out to be read in a narrow place."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from ipcviz.ui.cells import cell_length

_STEP = 2


class _Verbatim(str):
    """A number, as it was written."""


class _Object(tuple[tuple[str, Any], ...]):
    """The names and values of an object, in order, names that come twice too."""


@lru_cache(maxsize=16)
def laid_out(text: str, width: int) -> tuple[str, ...] | None:
    """The lines of a JSON object or array; null where the text is no such thing.

    What fits stays on one line. An object's members stand on lines of their own, a single one
    beside its brace; closing brackets stand behind what they close. A long string may make a line
    longer than `width` cells.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_Object,
            parse_int=_Verbatim,
            parse_float=_Verbatim,
            parse_constant=_Verbatim,
        )
        if not isinstance(value, _Object | list):
            return None
        layout = _Layout(width)
        layout.put(value, 0, 0)
    except (ValueError, RecursionError):
        return None
    return tuple(layout.lines)


class _Layout:
    def __init__(self, width: int) -> None:
        self.lines = [""]
        self._width = width

    def put(self, value: Any, indent: int, behind: int) -> None:
        """Add the value to the last line, or to further ones; `behind` brackets close after it."""
        flat = _flat(value)
        if not isinstance(value, _Object | list) or self._fits(flat, behind):
            self.lines[-1] += flat
        elif isinstance(value, _Object):
            self._put_object(value, indent, behind + 1)
        else:
            self._put_array(value, indent, behind + 1)

    def _put_object(self, members: _Object, indent: int, behind: int) -> None:
        self.lines[-1] += "{"
        inner = indent if len(members) == 1 else indent + _STEP
        for index, (name, value) in enumerate(members):
            if len(members) > 1:
                self._begin_line(index, inner)
            self.lines[-1] += f"{_flat(name)}: "
            self.put(value, inner, behind if index == len(members) - 1 else 1)
        self.lines[-1] += "}"

    def _put_array(self, values: list[Any], indent: int, behind: int) -> None:
        """Objects and arrays on lines of their own, but one that is the last after simple values
        begins behind these; of simple values as many on a line as fit."""
        self.lines[-1] += "["
        nested = any(isinstance(value, _Object | list) for value in values[:-1])
        for index, value in enumerate(values):
            last = index == len(values) - 1
            closing = behind if last else 1
            opens = last and isinstance(value, _Object | list)
            if nested or not (opens or self._fits(f", {_flat(value)}", closing)):
                self._begin_line(index, indent + _STEP)
                self.put(value, indent + _STEP, closing)
            else:
                self.lines[-1] += ", " if index else ""
                self.put(value, indent, closing)
        self.lines[-1] += "]"

    def _begin_line(self, index: int, indent: int) -> None:
        if index:
            self.lines[-1] += ","
        self.lines.append(" " * indent)

    def _fits(self, text: str, behind: int) -> bool:
        if len(text) > self._width:
            return False
        return cell_length(self.lines[-1]) + cell_length(text) + behind <= self._width


def _flat(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, _Verbatim):
        return str(value)
    if isinstance(value, _Object):
        return "{" + ", ".join(f"{_flat(name)}: {_flat(one)}" for name, one in value) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
