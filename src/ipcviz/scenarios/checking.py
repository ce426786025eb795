"""Finds every mistake of a scenario file and of its variants, and reports them with their lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from ipcviz.errors import ScenarioError
from ipcviz.scenarios import checks, programs, spelling, variants
from ipcviz.scenarios.lines import line_of, locate
from ipcviz.scenarios.mistakes import Mistake, dotted, located
from ipcviz.scenarios.schema import Table
from ipcviz.scenarios.shape import shape


def require_right(
    file: Path,
    text: str,
    base: Table,
    overlays: Mapping[str, Table],
    mistakes: Iterable[Mistake],
    rules: Collection[str],
) -> None:
    """Raise ScenarioError, a line for each mistake, if there is any: `mistakes` are those found
    before, `base` is the file without its variants, `overlays` are these, `rules` the names of
    those that it may name."""
    base, misspelt = spelling.correct(base)
    wrong = _check(base, file.parent, rules)
    found = [*mistakes, *misspelt, *wrong]
    for name, overlay in overlays.items():
        overlay, misspelt = spelling.correct(overlay, ("variants", name))
        wrong = _check(variants.lay_over(base, overlay), file.parent, rules)
        found += misspelt
        found += (_in_variant(mistake, name, base, overlay) for mistake in wrong)
    if found:
        raise ScenarioError(_report(file, text, found))


def _check(data: Table, directory: Path, rules: Collection[str]) -> list[Mistake]:
    """What is wrong with a file, or with a file with a variant over it."""
    scenario, mistakes, stand_ins = shape(data)
    for mistake in (*checks.check(scenario, rules), *programs.check(scenario, directory)):
        around = (mistake.path[:length] for length in range(len(mistake.path) + 1))
        # What stands in for something wrong is not to be blamed once more.
        if stand_ins.isdisjoint(around):
            mistakes.append(mistake)
    return mistakes


def _in_variant(mistake: Mistake, name: str, base: Table, overlay: Table) -> Mistake:
    return mistake._replace(path=variants.origin(mistake.path, name, base, overlay))


def _report(file: Path, text: str, mistakes: list[Mistake]) -> str:
    """A line for each mistake, in the order of the file."""
    lines = locate(text)
    found = sorted(
        {(line_of(path, lines), f"{dotted(path)}: {sentence}") for path, sentence in mistakes}
    )
    return "\n".join(located(file, line, sentence) for line, sentence in found)
