from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz.errors import ScenarioError
from ipcviz.scenarios.load import load
from scenarios.writing import GOOD, RULES, mistakes, write

_WITH_VARIANT = (
    GOOD
    + """
[actions.wave]
key = "x"
label = "wave"
signal = { to = "asker", name = "USR1" }

[[steps]]
do = "start asker"
[[steps]]
do = "start teller"

[variants.other]
title = "Otherwise"
steps = [{ do = "start teller" }]
roles.teller.environment = { NAME = "value" }
roles.third.command = ["true"]

[variants.other.actions.wave]
key = "x"
label = "start it"
start = "asker"

[variants.plain]
"""
)


def test_a_variant_is_laid_over_the_rest(tmp_path: Path) -> None:
    file = write(tmp_path, _WITH_VARIANT)
    loaded = load(file, "other")
    scenario = loaded.scenario
    assert loaded.variant == "other"
    assert scenario.title == "Otherwise"
    assert list(scenario.roles) == ["asker", "teller", "third"]
    assert scenario.roles["teller"].command == ("cat", "{ask}")
    assert scenario.roles["teller"].environment == {"NAME": "value"}
    assert [step.do for step in scenario.steps] == ["start teller"]
    assert scenario.actions["wave"].signal is None
    assert scenario.actions["wave"].start == "asker"


def test_without_a_variant_the_file_is_as_it_was(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, _WITH_VARIANT)).scenario
    assert scenario.title == "A talk"
    assert len(scenario.steps) == 2
    assert scenario.variants == {"other": "Otherwise", "plain": "plain"}


def test_an_unknown_variant_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match='no variant "othr"; did you mean "other"'):
        load(write(tmp_path, _WITH_VARIANT), "othr")


def test_a_mistake_in_a_variant_is_told_where_it_stands(tmp_path: Path) -> None:
    text = _WITH_VARIANT.replace('start = "asker"', 'start = "nobody"').replace(
        'roles.third.command = ["true"]', 'roles.third.comand = ["true"]'
    )
    misspelt = 1 + text[: text.index("comand")].count("\n")
    astray = 1 + text[: text.index('"nobody"')].count("\n")
    assert mistakes(write(tmp_path, text)) == [
        f'{misspelt}: variants.other.roles.third.comand: unknown key; did you mean "command"?',
        f"{astray}: variants.other.actions.wave.start:"
        ' there is no role "nobody"; known: asker, teller, third',
    ]


def test_a_mistake_of_the_file_is_told_once_and_not_for_each_variant(tmp_path: Path) -> None:
    text = _WITH_VARIANT.replace('to = "teller"', 'to = "taller"')
    assert mistakes(write(tmp_path, text)) == [
        '8: channels.ask.to: there is no role "taller"; did you mean "teller"?'
    ]


def test_a_variant_cannot_change_what_the_file_is(tmp_path: Path) -> None:
    told = mistakes(write(tmp_path, GOOD + '[variants.other]\nid = "else"\nvariants = {}\n'))
    assert told == [
        "16: variants.other.id: a variant cannot change this",
        "17: variants.other.variants: a variant cannot change this",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('variants.other = "a title"', "expected a table: what this variant does otherwise"),
        ("variants.'1st' = {}", "expected a name of letters, digits"),
    ],
)
def test_what_is_no_variant_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    assert complaint in mistakes(write(tmp_path, f"{text}\n{GOOD}"))[0]


def test_what_a_variant_raises_takes_the_place_of_what_the_file_does(tmp_path: Path) -> None:
    head = 'raises = ["lost"]\nmay_raise = ["deadlock"]\n\n'
    text = GOOD.replace("\n\n", f"\n{head}", 1) + "\n[variants.other]\n"
    good = write(tmp_path, text + 'raises = ["deadlock"]\nmay_raise = ["zombie"]\n')
    scenario = load(good, "other", lambda: RULES).scenario
    assert (scenario.raises, scenario.may_raise) == (("deadlock",), ("zombie",))
    assert mistakes(write(tmp_path, text + 'may_raise = ["deadlock", "lost"]\n')) == [
        "19: variants.other.may_raise[1]: lost stands in raises already"
    ]
