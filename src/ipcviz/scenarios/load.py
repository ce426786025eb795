"""From a scenario file to a scenario: read, parse, check, lay a variant over."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection
from pathlib import Path

from msgspec import convert
from msgspec.structs import replace

from ipcviz.errors import ScenarioError
from ipcviz.scenarios import signals, source, variants
from ipcviz.scenarios.mistakes import did_you_mean, located
from ipcviz.scenarios.schema import Action, Loaded, Role, Scenario, Table

Rules = Callable[[], Collection[str]]
"""Answers with the names of all rules, which only a layer above knows. It is asked where a file
is checked."""


def load(
    file: Path, variant: str | None = None, rules: Rules = tuple, *, trusted: bool = False
) -> Loaded:
    """Load a scenario file, with a variant laid over it where one is named.

    `rules`: those that a file may name; without it, none. `trusted` files are part of ipcviz
    itself: neither who may write them is asked, nor are they checked each time. Of any other file
    every variant is checked. Raises ScenarioError, which names every mistake with its line.
    """
    text = source.read(file, trusted=trusted)
    base, overlays, mistakes = variants.take_out(_parse(file, text))
    if not trusted:
        from ipcviz.scenarios.checking import require_right  # late: a built-in does not need it

        require_right(file, text, base, overlays, mistakes, rules())
    if variant is not None and variant not in overlays:
        unknown = f'there is no variant "{variant}"{did_you_mean(variant, overlays)}'
        raise ScenarioError(located(file, None, unknown))
    data = base if variant is None else variants.lay_over(base, overlays[variant])
    return Loaded(scenario=_normal(convert(data, Scenario)), file=file, variant=variant)


def _parse(file: Path, text: str) -> Table:
    try:
        return tomllib.loads(text)
    except RecursionError:
        line, words = None, "arrays or tables are nested too deeply"
    except ValueError as error:  # of numbers with too many digits, too
        line, words = _place(str(error), text)
        words = f"not valid TOML: {words}"
    raise ScenarioError(located(file, line, words))


def _place(words: str, text: str) -> tuple[int | None, str]:
    """The line that an error of tomllib speaks of, and its words without it."""
    match = re.fullmatch(
        r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", words, re.DOTALL
    )
    if match is None:
        return None, words
    return int(match[2] or 1 + text.rstrip().count("\n")), match[1]


def _normal(scenario: Scenario) -> Scenario:
    """The scenario as the rest of ipcviz wants to find it: signals named as they are reported
    (TERM becomes SIGTERM), each paragraph of what it teaches in one line."""
    return replace(
        scenario,
        teaches="\n\n".join(" ".join(part.split()) for part in scenario.teaches.split("\n\n")),
        roles={name: _with_exits(role) for name, role in scenario.roles.items()},
        actions={name: _with_signal(action) for name, action in scenario.actions.items()},
    )


def _with_exits(role: Role) -> Role:
    return replace(
        role, exits=tuple(_signal_name(way) if isinstance(way, str) else way for way in role.exits)
    )


def _with_signal(action: Action) -> Action:
    if action.signal is None:
        return action
    return replace(action, signal=replace(action.signal, name=_signal_name(action.signal.name)))


def _signal_name(text: str) -> str:
    return signals.name(signals.number(text))
