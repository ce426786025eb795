"""What holds of every scenario file, and of every key of it that is misspelt."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ipcviz.errors import ScenarioError
from ipcviz.scenarios.load import load
from ipcviz.scenarios.mistakes import dotted
from scenarios.generated import ANYTHING, Table, keys_of_model, renamed, replaced, scenarios, toml
from scenarios.writing import mistakes, write

_MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_MANY
@given(scenario=scenarios(), data=some.data())
def test_every_right_file_loads(tmp_path: Path, scenario: Table, data: some.DataObject) -> None:
    text = data.draw(toml(scenario))
    assert tomllib.loads(text) == scenario, "the test itself writes TOML"
    file = write(tmp_path, text)
    loaded = load(file).scenario
    assert (loaded.id, loaded.title) == (scenario["id"], scenario["title"])
    assert loaded.roles.keys() == scenario["roles"].keys()
    assert [step.do for step in loaded.steps] == [step["do"] for step in scenario["steps"]]
    for variant, table in scenario["variants"].items():
        assert load(file, variant).scenario.title == table.get("title", scenario["title"])


@_MANY
@given(scenario=scenarios(), data=some.data())
def test_every_misspelt_key_is_told_with_its_line_and_nothing_else_is(
    tmp_path: Path, scenario: Table, data: some.DataObject
) -> None:
    place = data.draw(some.sampled_from(keys_of_model(scenario)))
    misspelt = f"{place[-1]}q"
    text = data.draw(toml(renamed(scenario, place, misspelt)))
    line = 1 + text[: text.index(misspelt)].count("\n")
    where = dotted((*place[:-1], misspelt))
    assert mistakes(write(tmp_path, text)) == [
        f'{line}: {where}: unknown key; did you mean "{place[-1]}"?'
    ]


@_MANY
@given(scenario=scenarios(), data=some.data())
def test_anything_in_a_place_is_loaded_or_refused_in_words(
    tmp_path: Path, scenario: Table, data: some.DataObject
) -> None:
    place = data.draw(some.sampled_from(keys_of_model(scenario)))
    text = data.draw(toml(replaced(scenario, place, data.draw(ANYTHING))))
    tomllib.loads(text)
    _load_or_refuse(write(tmp_path, text))


@_MANY
@given(scenario=scenarios(), data=some.data())
def test_a_damaged_file_is_loaded_or_refused_in_words(
    tmp_path: Path, scenario: Table, data: some.DataObject
) -> None:
    text = data.draw(toml(scenario))
    start = data.draw(some.integers(0, len(text)))
    end = data.draw(some.integers(start, len(text)))
    _load_or_refuse(write(tmp_path, text[:start] + text[end:]))


def _load_or_refuse(file: Path) -> None:
    try:
        load(file)
    except ScenarioError as error:
        told = str(error).split("\n")
        assert all(re.match(rf"{re.escape(str(file))}:\d+: \S", line) for line in told), told
