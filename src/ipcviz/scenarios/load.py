"""From a scenario file to a checked scenario: read, parse, lay a variant over, check, report."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from msgspec.structs import replace

from ipcviz.errors import ScenarioError
from ipcviz.scenarios import checks, programs, signals, source, spelling, variants
from ipcviz.scenarios.kinds import Table
from ipcviz.scenarios.mistakes import Mistake, did_you_mean, dotted, located
from ipcviz.scenarios.schema import Action, Loaded, Role, Scenario
from ipcviz.scenarios.shape import shape


def load(file: Path, variant: str | None = None, *, trusted: bool = False) -> Loaded:
    """Load a scenario file, with a variant laid over it where one is named.

    Every variant of the file is checked. `trusted` as in source.read(). Raises ScenarioError,
    which names every mistake with its line.
    """
    text = source.read(file, trusted=trusted)
    base, overlays, mistakes = variants.take_out(_parse(file, text))
    base, misspelt = spelling.correct(base)
    scenario, wrong = _check(base, file.parent)
    mistakes += misspelt + wrong
    for name, overlay in overlays.items():
        overlay, misspelt = spelling.correct(overlay, ("variants", name))
        varied, wrong = _check(variants.lay_over(base, overlay), file.parent)
        mistakes += misspelt
        mistakes += (_in_variant(mistake, name, base, overlay) for mistake in wrong)
        if name == variant:
            scenario = varied
    if mistakes:
        raise ScenarioError(_report(file, text, mistakes))
    if variant is not None and variant not in overlays:
        unknown = f'there is no variant "{variant}"{did_you_mean(variant, overlays)}'
        raise ScenarioError(located(file, None, unknown))
    return Loaded(scenario=_normal(scenario), file=file, variant=variant)


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


def _check(data: Table, directory: Path) -> tuple[Scenario, list[Mistake]]:
    """The scenario that a file, or a file with a variant over it, describes; what is wrong."""
    scenario, mistakes, stand_ins = shape(data)
    for mistake in (*checks.check(scenario), *programs.check(scenario, directory)):
        around = (mistake.path[:length] for length in range(len(mistake.path) + 1))
        # What stands in for something wrong is not to be blamed once more.
        if stand_ins.isdisjoint(around):
            mistakes.append(mistake)
    return scenario, mistakes


def _in_variant(mistake: Mistake, name: str, base: Table, overlay: Table) -> Mistake:
    return mistake._replace(path=variants.origin(mistake.path, name, base, overlay))


def _report(file: Path, text: str, mistakes: list[Mistake]) -> str:
    """A line for each mistake, in the order of the file."""
    from ipcviz.scenarios.lines import line_of, locate  # late: only mistakes need lines

    lines = locate(text)
    found = sorted(
        {(line_of(path, lines), f"{dotted(path)}: {sentence}") for path, sentence in mistakes}
    )
    return "\n".join(located(file, line, sentence) for line, sentence in found)


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
