"""What must be right in a scenario beyond its shape: that the names in it lead somewhere."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from functools import partial

from ipcviz.errors import StepError
from ipcviz.scenarios import signals, steps
from ipcviz.scenarios.keys import FIRE_KEY, RESERVED
from ipcviz.scenarios.mistakes import KeyPath, Mistake, did_you_mean, dotted
from ipcviz.scenarios.schema import Action, Role, Scenario

_DEEDS = ("write_line", "start", "signal", "finish")
COMPANIONS = 2
"""Rules at most that may be raised beside those that a scenario is about."""


def check(scenario: Scenario, rules: Collection[str]) -> Iterator[Mistake]:
    """Every mistake in how the parts of a scenario fit together. `rules`: those that there are."""
    yield from _check_rules(scenario, rules)
    yield from _check_channels(scenario)
    yield from _check_hooks(scenario)
    yield from _check_roles(scenario)
    yield from _check_keys(scenario)
    yield from _check_actions(scenario)
    yield from _check_steps(scenario, rules)


def _unknown(path: KeyPath, what: str, name: str, known: Iterable[str]) -> Iterator[Mistake]:
    known = list(known)
    if name not in known:
        yield Mistake(path, f'there is no {what} "{name}"{did_you_mean(name, known)}')


def _refused(path: KeyPath, attempt: Callable[[], object]) -> Iterator[Mistake]:
    """The words with which the attempt refuses, as a mistake."""
    try:
        attempt()
    except (ValueError, StepError) as error:
        yield Mistake(path, str(error))


def _check_rules(scenario: Scenario, rules: Collection[str]) -> Iterator[Mistake]:
    for key, names in (("raises", scenario.raises), ("may_raise", scenario.may_raise)):
        for index, name in enumerate(names):
            yield from _unknown((key, index), "rule", name, rules)
    if len(scenario.may_raise) > COMPANIONS:
        yield Mistake(("may_raise",), f"expected {COMPANIONS} rules at most")
    for index, name in enumerate(scenario.may_raise):
        if name in scenario.raises:
            yield Mistake(("may_raise", index), f"{name} stands in raises already")


def _check_channels(scenario: Scenario) -> Iterator[Mistake]:
    places: dict[str, str] = {}
    for name, channel in scenario.channels.items():
        path = ("channels", name)
        if channel.path is not None:
            yield from _check_place((*path, "path"), channel.path, places)
            places.setdefault(os.path.normpath(channel.path), name)
        if name in ("python", "dir"):
            yield Mistake(path, f"{{{name}}} already means something else in commands")
        yield from _unknown((*path, "from"), "role", channel.writer, scenario.roles)
        yield from _unknown((*path, "to"), "role", channel.reader, scenario.roles)


def _check_place(path: KeyPath, place: str, taken: dict[str, str]) -> Iterator[Mistake]:
    if not place or place.endswith("/"):
        yield Mistake(path, "expected the path of a FIFO, with a name")
    elif os.path.normpath(place) in taken:
        yield Mistake(path, f"channel {taken[os.path.normpath(place)]} has this path already")


def _check_hooks(scenario: Scenario) -> Iterator[Mistake]:
    if scenario.hooks is not None:
        for key, name in (("request", scenario.hooks.request), ("reply", scenario.hooks.reply)):
            yield from _unknown(("hooks", key), "channel", name, scenario.channels)


def _check_roles(scenario: Scenario) -> Iterator[Mistake]:
    if not scenario.roles:
        yield Mistake(("roles",), "expected at least one role")
    for name, role in scenario.roles.items():
        path = ("roles", name)
        if name == steps.ALL:
            yield Mistake(path, f'"{name}" stands for every role in steps; expected another name')
        if (role.command is None) == (role.started_by is None):
            yield Mistake(path, "expected exactly one of the keys command and started_by")
        if role.command is not None and role.match is not None:
            yield Mistake((*path, "match"), "goes with started_by only")
        if role.started_by is not None:
            yield from _check_starters(name, role.started_by, scenario.roles)
        for index, way in enumerate(role.exits):
            if isinstance(way, str):
                yield from _check_signal((*path, "exits", index), way)


def _check_starters(name: str, starter: str, roles: Mapping[str, Role]) -> Iterator[Mistake]:
    path = ("roles", name, "started_by")
    yield from _unknown(path, "role", starter, roles)
    chain = [name]
    while starter in roles and starter not in chain:
        chain.append(starter)
        starter = roles[starter].started_by or ""
    if starter == name:
        yield Mistake(path, f"nobody would start first: {' < '.join([*chain, name])}")


def _check_signal(path: KeyPath, name: str) -> Iterator[Mistake]:
    yield from _refused(path, partial(signals.number, name))


def _check_keys(scenario: Scenario) -> Iterator[Mistake]:
    owners: dict[str, str] = {}
    for name, role in scenario.roles.items():
        yield from _check_key(("roles", name, "key"), role.key, {*RESERVED, FIRE_KEY}, owners)
    for name, action in scenario.actions.items():
        yield from _check_key(("actions", name, "key"), action.key, RESERVED, owners)


def _check_key(
    path: KeyPath, key: str | None, reserved: Set[str], owners: dict[str, str]
) -> Iterator[Mistake]:
    if key is None:
        return
    if key in reserved:
        yield Mistake(path, f'"{key}" is a key of ipcviz itself; expected another')
    elif key in owners:
        yield Mistake(path, f'"{key}" is the key of {owners[key]} already; expected another')
    owners.setdefault(key, dotted(path[:2]))


def _check_actions(scenario: Scenario) -> Iterator[Mistake]:
    for name, action in scenario.actions.items():
        path = ("actions", name)
        if sum(getattr(action, deed) is not None for deed in _DEEDS) != 1:
            yield Mistake(path, f"expected exactly one of the keys {', '.join(_DEEDS)}")
        yield from _check_deed(path, action, scenario)


def _check_deed(path: KeyPath, action: Action, scenario: Scenario) -> Iterator[Mistake]:
    roles = scenario.roles
    if action.start is not None:
        attempt = partial(steps.require_startable, action.start, scenario)
        yield from _refused((*path, "start"), attempt)
    if action.finish is not None:
        yield from _unknown((*path, "finish"), "role", action.finish, roles)
    if action.write_line is not None:
        yield from _unknown((*path, "write_line", "to"), "role", action.write_line.to, roles)
    if action.signal is not None:
        yield from _unknown((*path, "signal", "to"), "role", action.signal.to, roles)
        yield from _check_signal((*path, "signal", "name"), action.signal.name)


def _check_steps(scenario: Scenario, rules: Collection[str]) -> Iterator[Mistake]:
    for index, step in enumerate(scenario.steps):
        yield from _refused(("steps", index, "do"), partial(_read_step, step.do, scenario, rules))


def _read_step(do: str, scenario: Scenario, rules: Collection[str]) -> None:
    steps.require_names(steps.parse(do), scenario, rules)
