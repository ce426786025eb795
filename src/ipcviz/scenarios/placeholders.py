"""Placeholders in the arguments of a command: {python}, {dir}, {CHANNEL}, {ROLE.pid}."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PART = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|\{")


def names(argument: str) -> list[str]:
    """The placeholders in an argument, without their braces.

    Raises ValueError for a brace that is never closed.
    """
    found = []
    for match in _PART.finditer(argument):
        if match[0] == "{":
            raise ValueError("a { that is not closed; write {{ for a brace")
        if match[1] is not None:
            found.append(match[1])
    return found


def fill(argument: str, values: Mapping[str, str]) -> str:
    """The argument with every placeholder replaced by its value, and `{{` and `}}` by a brace.

    `{dir}` is the session's private directory. Raises KeyError for a placeholder without value.
    """

    def replace(match: re.Match[str]) -> str:
        return match[0][0] if match[1] is None else values[match[1]]

    return _PART.sub(replace, argument)
