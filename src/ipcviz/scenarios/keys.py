"""Which key of the keyboard belongs to which role."""

from __future__ import annotations

from string import ascii_lowercase

from ipcviz.scenarios.schema import Scenario

RESERVED = frozenset("kKznavrtdseyFq?/ ")
"""Keys of the app itself."""
FIRE_KEY = "f"
"""Fires a hook in every scenario, so it may belong to an action but to no role."""


def role_keys(scenario: Scenario) -> dict[str, str | None]:
    """The key of every role: its own, else the first free letter of its name, else of the
    alphabet, else none."""
    taken = {*RESERVED, FIRE_KEY}
    taken.update(role.key for role in scenario.roles.values() if role.key)
    taken.update(action.key for action in scenario.actions.values())
    keys: dict[str, str | None] = {}
    for name, role in scenario.roles.items():
        keys[name] = role.key or _first_free(name.lower() + ascii_lowercase, taken)
        taken.add(keys[name] or "")
    return keys


def _first_free(letters: str, taken: set[str]) -> str | None:
    return next((x for x in letters if x in ascii_lowercase and x not in taken), None)
