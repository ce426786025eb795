"""Scenarios in plain text: what `ipcviz list` and `ipcviz show` print."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from ipcviz.scenarios.keys import role_keys
from ipcviz.scenarios.schema import Action, Role, Scenario

_INDENT = "  "


def listing(scenarios: Iterable[Scenario]) -> str:
    """The scenarios, a line each: id, title, chapter."""
    rows = [(scenario.id, scenario.title, scenario.chapter) for scenario in scenarios]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def listing_json(scenarios: Iterable[Scenario]) -> str:
    """The scenarios as a JSON array of objects: what stands in a line of the listing, what a
    scenario teaches, the rules that it is about, and its variants with their titles."""
    return msgspec.json.encode(
        [
            {
                key: getattr(scenario, key)
                for key in ("id", "title", "chapter", "teaches", "raises", "variants")
            }
            for scenario in scenarios
        ]
    ).decode()


def show(scenario: Scenario, rules: Mapping[str, str], width: int) -> str:
    """What a scenario teaches and what is in it, in lines of at most `width` characters. `rules`:
    the names of those that it raises, and what each finds."""
    lines = [scenario.title, f"{scenario.id} · {scenario.chapter}"]
    for paragraph in filter(None, scenario.teaches.split("\n\n")):
        lines += ["", *_wrapped(paragraph, width)]
    for heading, section in _sections(scenario, rules, width):
        if section:
            lines += ["", heading, *section]
    return "\n".join(lines)


def _sections(
    scenario: Scenario, rules: Mapping[str, str], width: int
) -> Iterator[tuple[str, list[str]]]:
    yield "Look at", _bullets(scenario.look_at, width)
    yield "Findings", _definitions(_findings(scenario, rules), width)
    yield "Programs", _definitions(_programs(scenario), width)
    yield "Pipes", _definitions(_pipes(scenario), width)
    yield "Keys", _definitions(_keys(scenario), width)
    yield "Steps", _steps(scenario, width)
    yield "Variants", _definitions(scenario.variants.items(), width)
    yield "References", _bullets(scenario.references, width)


def _findings(scenario: Scenario, rules: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name in scenario.raises:
        yield name, rules[name]
    for name in scenario.may_raise:
        yield name, f"perhaps; {rules[name]}"


def _programs(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for name, role in scenario.roles.items():
        yield name, _program(role)


def _program(role: Role) -> str:
    if role.command is None:
        return f"started by {role.started_by}"
    return " ".join(role.command)


def _pipes(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for name, channel in scenario.channels.items():
        where = f" at {channel.path}" if channel.path else ""
        yield name, f"a FIFO{where}, from {channel.writer} to {channel.reader}"


def _keys(scenario: Scenario) -> Iterator[tuple[str, str]]:
    for name, key in role_keys(scenario).items():
        if key is not None and scenario.roles[name].started_by is None:
            yield key, f"start or restart {name}"
    for action in scenario.actions.values():
        yield action.key, f"{action.label} ({_deed(action)})"


def _deed(action: Action) -> str:
    if action.write_line is not None:
        return f'writes "{action.write_line.text}" to {action.role}'
    if action.signal is not None:
        return f"sends {action.signal.name} to {action.role}"
    if action.start is not None:
        return f"starts {action.role}"
    return f"closes the standard input of {action.role}"


def _steps(scenario: Scenario, width: int) -> list[str]:
    lines = []
    column = len(str(len(scenario.steps))) + len(". ")
    for number, step in enumerate(scenario.steps, start=1):
        numbered = f"{number}. ".rjust(column)
        lines += [_INDENT + numbered + step.do]
        lines += _wrapped(step.say or "", width, _INDENT + " " * column)
    return lines


def _bullets(texts: Iterable[str], width: int) -> list[str]:
    return [line for text in texts for line in _wrapped(f"- {text}", width, _INDENT, _INDENT)]


def _definitions(pairs: Iterable[tuple[str, str]], width: int) -> list[str]:
    """Words and what they mean, in two columns."""
    found = list(pairs)
    column = max((len(word) for word, _ in found), default=0) + len(_INDENT)
    lines = []
    for word, meaning in found:
        first, *rest = _wrapped(meaning, width, " " * (column + len(_INDENT))) or [""]
        lines += [_INDENT + word.ljust(column) + first.strip(), *rest]
    return lines


def _wrapped(text: str, width: int, indent: str = "", hanging: str = "") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        max(width, len(indent) + 10),
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_on_hyphens=False,
    )
