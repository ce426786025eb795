from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from ipcviz.diagnoses.listing import rule_help
from ipcviz.errors import ScenarioError
from ipcviz.scenarios import catalog, variants
from ipcviz.scenarios.checking import require_right
from scenarios.writing import GOOD, write

_IDS = ["basic-worker-first", "basic-main-first", "signals", "fork-provider"]


def test_the_built_in_scenarios_come_in_the_order_of_the_menu() -> None:
    assert [file.parent.name for file in catalog.builtin()] == _IDS


@pytest.mark.parametrize("name", _IDS)
def test_a_built_in_is_found_by_its_id_and_loads_with_each_variant(name: str) -> None:
    scenario = catalog.load(name).scenario
    assert scenario.id == name
    for variant in scenario.variants:
        assert catalog.load(name, variant).variant == variant


def test_a_path_leads_to_a_file_or_to_the_file_in_a_folder(tmp_path: Path) -> None:
    file = write(tmp_path, GOOD)
    assert catalog.find(str(file)) == file
    assert catalog.find(str(tmp_path)) == file
    assert catalog.load(file).scenario.id == "talk"


def test_a_copied_folder_loads_where_it_is(tmp_path: Path) -> None:
    for file in catalog.builtin():
        copy = tmp_path / file.parent.name
        shutil.copytree(file.parent, copy)
        assert catalog.load(copy, rules=rule_help).scenario == catalog.load(file).scenario


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "basic-main-frist",
            'there is no scenario "basic-main-frist"; did you mean "basic-main-first"?',
        ),
        ("xyz", 'there is no scenario "xyz"; known: basic-main-first, '),
        ("./xyz", "./xyz: there is no such file"),
        ("xyz.toml", "xyz.toml: there is no such file"),
        ("\x1b[31m", 'there is no scenario ""; known: '),
        ("x" * 5000, 'there is no scenario "xxx'),
        ("a\0b", 'there is no scenario "a␀b"'),
    ],
)
def test_what_is_not_there_is_told(text: str, complaint: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        catalog.find(text)
    assert str(caught.value).startswith(complaint)


def test_a_folder_without_a_scenario_is_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"scenario\.toml: there is no such file"):
        catalog.find(str(tmp_path))


@pytest.mark.parametrize("file", catalog.builtin(), ids=lambda file: file.parent.name)
def test_a_builtin_that_is_not_checked_each_time_has_no_mistake(file: Path) -> None:
    text = file.read_text()
    base, overlays, mistakes = variants.take_out(tomllib.loads(text))
    require_right(file, text, base, overlays, mistakes, rule_help())
