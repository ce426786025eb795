"""Makes scenario files: any that are right, written in any of the ways that TOML has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as some

Table = dict[str, Any]
Path = tuple[str | int, ...]

_NAMES = some.text("abcXY_-9", min_size=1, max_size=5).map(lambda text: f"n{text}")
_TEXTS = some.text("abc é#=[]{}'\"\\.,", max_size=12)
_KEYS = "bcghijlmopuwxABC019+-"


@some.composite
def scenarios(draw: some.DrawFn) -> Table:
    """What a right scenario file says."""
    keys = iter(draw(some.permutations(_KEYS)))
    roles = draw(_roles(keys))
    role = some.sampled_from(sorted(roles))
    channels = draw(some.dictionaries(_NAMES, _channels(role), max_size=3))
    started = [name for name, one in roles.items() if "command" in one]
    actions = draw(some.dictionaries(_NAMES, _actions(role, started), max_size=3))
    for action in actions.values():
        action["key"] = next(keys)
    scenario: Table = {"format": 1, "id": draw(_NAMES), "title": draw(_TEXTS), "roles": roles}
    scenario |= {"channels": channels, "actions": actions}
    scenario["steps"] = draw(some.lists(_steps(role, started, sorted(actions)), max_size=3))
    scenario |= draw(_optional(chapter=_TEXTS, teaches=_TEXTS, look_at=some.lists(_TEXTS)))
    if channels:
        channel = some.sampled_from(sorted(channels))
        scenario |= draw(_optional(hooks=_exactly(request=channel, reply=channel)))
    scenario["variants"] = draw(some.dictionaries(_NAMES, _variants(started[0]), max_size=2))
    return scenario


@some.composite
def _roles(draw: some.DrawFn, keys: Iterator[str]) -> Table:
    roles: Table = {}
    for name in draw(some.lists(_NAMES, min_size=1, max_size=4, unique=True)):
        roles[name] = draw(
            _optional(environment=some.dictionaries(_NAMES, _TEXTS), cwd=some.just("."))
        )
        roles[name] |= draw(_optional(exits=some.lists(some.sampled_from([0, 255, "TERM"]))))
        if draw(some.booleans()):
            roles[name]["key"] = next(keys)
        if len(roles) > 1 and draw(some.booleans()):
            roles[name]["started_by"] = draw(some.sampled_from(sorted(roles.keys() - {name})))
        else:
            roles[name]["command"] = draw(some.sampled_from([["true"], ["{python}", "-c", "{{}}"]]))
    return roles


def _channels(role: some.SearchStrategy[str]) -> some.SearchStrategy[Table]:
    required = {"kind": some.just("fifo"), "from": role, "to": role}
    return some.fixed_dictionaries(required, optional={"messages": some.just("raw")})


def _actions(role: some.SearchStrategy[str], started: list[str]) -> some.SearchStrategy[Table]:
    deeds = [
        _exactly(start=some.sampled_from(started)),
        _exactly(finish=role),
        _exactly(signal=_exactly(to=role, name=some.sampled_from(["USR1", "SIGHUP"]))),
        _exactly(write_line=_exactly(to=role, text=_TEXTS)),
    ]
    return some.builds(lambda deed, label: {"label": label, **deed}, some.one_of(deeds), _TEXTS)


def _steps(
    role: some.SearchStrategy[str], started: list[str], actions: list[str]
) -> some.SearchStrategy[Table]:
    steps = [
        some.sampled_from(started).map("start {}".format),
        role.map("wait {} blocked".format),
        role.map("signal {} USR1".format),
        some.sampled_from(["wait all exited", "sleep 0.5", *(f"do {name}" for name in actions)]),
    ]
    return some.fixed_dictionaries({"do": some.one_of(steps)}, optional={"say": _TEXTS})


def _variants(role: str) -> some.SearchStrategy[Table]:
    command = _exactly(command=some.just(["false"]))
    return _optional(title=_TEXTS, roles=some.fixed_dictionaries({role: command}))


def _exactly(**values: some.SearchStrategy[Any]) -> some.SearchStrategy[Table]:
    return some.fixed_dictionaries(values)


def _optional(**values: some.SearchStrategy[Any]) -> some.SearchStrategy[Table]:
    return some.fixed_dictionaries({}, optional=values)


def keys_of_model(scenario: Table) -> list[Path]:
    """The place of every key that the model gives its name, and not the writer of the file."""
    named = ("channels", "roles", "actions")
    places: list[Path] = [(key,) for key in scenario]
    for table in named:
        for name, one in scenario[table].items():
            places += [(table, name, key) for key in one]
            places += [
                (table, name, key, below)
                for key in ("signal", "write_line")
                for below in one.get(key, {})
            ]
    places += [("steps", i, key) for i, step in enumerate(scenario["steps"]) for key in step]
    places += [("hooks", key) for key in scenario.get("hooks", {})]
    for name, variant in scenario["variants"].items():
        places += [("variants", name, key) for key in variant]
        for role, one in variant.get("roles", {}).items():
            places += [("variants", name, "roles", role, key) for key in one]
    return places


ANYTHING = some.recursive(
    some.booleans() | some.integers() | some.dates() | _TEXTS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(_NAMES, inner, max_size=3),
    max_leaves=4,
)
"""Any value that TOML has."""


def replaced(value: Any, path: Path, new: Any) -> Any:
    """A copy of the value with another one at this place."""
    if not path:
        return new
    items = enumerate(value) if isinstance(value, list) else value.items()
    changed = {key: replaced(x, path[1:], new) if key == path[0] else x for key, x in items}
    return list(changed.values()) if isinstance(value, list) else changed


def renamed(value: Any, path: Path, new: str) -> Any:
    """A copy of the value in which the key at this place has another name."""
    if not path:
        return value
    if isinstance(value, list):
        return [renamed(x, path[1:], new) if i == path[0] else x for i, x in enumerate(value)]
    return {
        new if len(path) == 1 and key == path[0] else key: (
            renamed(x, path[1:], new) if key == path[0] else x
        )
        for key, x in value.items()
    }


@some.composite
def toml(draw: some.DrawFn, table: Table, path: tuple[str, ...] = (), item: bool = False) -> str:
    """The table as TOML: its tables under headers of their own, in line, or by dotted keys."""
    header = ".".join(map(_key, path))
    lines = [f"[[{header}]]" if item else f"[{header}]"] if path else []
    below = []
    for key, value in table.items():
        if draw(some.booleans()):
            lines.append(draw(some.sampled_from(["", "# key = [", "  "])))
        as_tables = isinstance(value, dict) or _is_array_of_tables(value)
        if as_tables and draw(some.booleans()):
            items = value if isinstance(value, list) else [value]
            below += [draw(toml(x, (*path, key), item=isinstance(value, list))) for x in items]
        elif isinstance(value, dict) and value and draw(some.booleans()):
            lines += [f"{_key(key)}.{_key(k)} = {draw(_inline(x))}" for k, x in value.items()]
        else:
            lines.append(f"{_key(key)} = {draw(_inline(value))}")
    return "\n".join([*lines, *below])


def _is_array_of_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(x, dict) for x in value)


@some.composite
def _inline(draw: some.DrawFn, value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {draw(_inline(x))}" for k, x in value.items()) + " }"
    if isinstance(value, list):
        between = draw(some.sampled_from([", ", ",\n", ", # ]\n\n"]))
        return "[" + between.join(draw(_inline(x)) for x in value) + "]"
    if isinstance(value, str) and draw(some.booleans()):
        return '"""' + draw(some.sampled_from(["", "\n"])) + _escaped(value) + '"""'
    return f'"{_escaped(value)}"' if isinstance(value, str) else str(value).lower()


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _key(name: str) -> str:
    """A key, quoted where it holds more than letters: TOML allows that in every place."""
    return name if name.isidentifier() else json.dumps(name)
