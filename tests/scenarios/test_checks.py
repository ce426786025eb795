from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz.errors import ScenarioError
from ipcviz.scenarios import catalog
from ipcviz.scenarios.load import load
from scenarios.writing import GOOD, mistakes, write

_ACTION = '[actions.wave]\nkey = "x"\nlabel = "wave"\n'


def _told(folder: Path, addition: str) -> list[str]:
    return mistakes(write(folder, f"{GOOD}{addition}\n"))


def test_hooks_name_channels(tmp_path: Path) -> None:
    assert _told(tmp_path, "[hooks]\nrequest = 'ask'\nreply = 'aks'") == [
        '17: hooks.reply: there is no channel "aks"; did you mean "ask"?'
    ]


@pytest.mark.parametrize("name", ["dir", "python"])
def test_a_channel_cannot_have_the_name_of_another_placeholder(tmp_path: Path, name: str) -> None:
    addition = f"[channels.{name}]\nkind = 'fifo'\nfrom = 'asker'\nto = 'asker'"
    assert _told(tmp_path, addition) == [
        f"15: channels.{name}: {{{name}}} already means something else in commands"
    ]


@pytest.mark.parametrize(
    ("addition", "complaint"),
    [
        ("match = 'x'", "15: roles.teller.match: goes with started_by only"),
        ("[roles.a]", "15: roles.a: expected exactly one of the keys command and started_by"),
        (
            "[roles.all]\ncommand = ['true']",
            '15: roles.all: "all" stands for every role in steps; expected another name',
        ),
        (
            "[roles.a]\nstarted_by = 'askr'",
            '16: roles.a.started_by: there is no role "askr"; did you mean "asker"?',
        ),
        (
            "[roles.a]\nstarted_by = 'a'",
            "16: roles.a.started_by: nobody would start first: a < a",
        ),
    ],
)
def test_a_role_that_nobody_can_start_is_told(
    tmp_path: Path, addition: str, complaint: str
) -> None:
    assert _told(tmp_path, addition) == [complaint]


def test_roles_that_start_each_other_are_told(tmp_path: Path) -> None:
    roles = "[roles.a]\nstarted_by = 'b'\n[roles.b]\nstarted_by = 'a'\n[roles.c]\nstarted_by = 'a'"
    assert _told(tmp_path, roles) == [
        "16: roles.a.started_by: nobody would start first: a < b < a",
        "18: roles.b.started_by: nobody would start first: b < a < b",
    ]


def test_a_scenario_has_at_least_one_role(tmp_path: Path) -> None:
    file = write(tmp_path, 'format = 1\nid = "a"\ntitle = "A"\nroles = {}\n')
    assert mistakes(file) == ["4: roles: expected at least one role"]


@pytest.mark.parametrize("key", ["k", "?", "f", "F"])
def test_a_role_cannot_have_a_key_of_the_app(tmp_path: Path, key: str) -> None:
    assert _told(tmp_path, f"key = '{key}'") == [
        f'15: roles.teller.key: "{key}" is a key of ipcviz itself; expected another'
    ]


def test_a_key_belongs_to_one_only(tmp_path: Path) -> None:
    addition = "key = 'x'\n" + _ACTION + "start = 'asker'"
    assert _told(tmp_path, addition) == [
        '17: actions.wave.key: "x" is the key of roles.teller already; expected another'
    ]


@pytest.mark.parametrize(
    ("deed", "complaint"),
    [
        ("", "15: actions.wave: expected exactly one of the keys write_line, start, signal,"),
        ("start = 'asker'\nfinish = 'asker'", "15: actions.wave: expected exactly one of"),
        ("start = 'aksr'", '18: actions.wave.start: there is no role "aksr"'),
        ("finish = 'aksr'", '18: actions.wave.finish: there is no role "aksr"'),
        ("write_line = {to = 'aksr', text = ''}", "18: actions.wave.write_line.to: there is no"),
        ("signal = {to = 'aksr', name = 'HUP'}", "18: actions.wave.signal.to: there is no role"),
        ("signal = {to = 'asker', name = 'USR'}", "18: actions.wave.signal.name: there is no si"),
    ],
)
def test_an_action_does_one_thing_to_a_role(tmp_path: Path, deed: str, complaint: str) -> None:
    (told,) = _told(tmp_path, _ACTION + deed)
    assert told.startswith(complaint)


def test_an_action_starts_only_what_ipcviz_starts(tmp_path: Path) -> None:
    helper = "[roles.helper]\nstarted_by = 'asker'\n"
    assert _told(tmp_path, helper + _ACTION + "start = 'helper'") == [
        "20: actions.wave.start: helper is started by asker, not by ipcviz"
    ]
    assert load(write(tmp_path, GOOD + helper + _ACTION + "finish = 'helper'"))


def test_each_step_must_be_one(tmp_path: Path) -> None:
    steps = ["start asker", "start nobody", "wait asker bloked", "fire", "expect zomby"]
    told = _told(tmp_path, "".join(f'[[steps]]\ndo = "{step}"\n' for step in steps))
    assert [line.partition('": ')[0] for line in told] == [
        '18: steps[1].do: "start nobody',
        '20: steps[2].do: "wait asker bloked',
        '22: steps[3].do: "fire',
        '24: steps[4].do: "expect zomby',
    ]


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        ('raises = ["zombie", "zomby"]', '4: raises[1]: there is no rule "zomby"; did you mean'),
        ('may_raise = ["x"]', '4: may_raise[0]: there is no rule "x"; known: deadlock, lost, zo'),
        (
            'may_raise = ["deadlock", "lost", "zombie"]',
            "4: may_raise: expected 2 rules at most",
        ),
        (
            'raises = ["zombie"]\nmay_raise = ["lost", "zombie"]',
            "5: may_raise[1]: zombie stands in raises already",
        ),
    ],
)
def test_the_findings_that_a_scenario_may_have_are_of_rules_that_there_are(
    tmp_path: Path, named: str, complaint: str
) -> None:
    (told,) = mistakes(write(tmp_path, GOOD.replace("\n\n", f"\n{named}\n\n", 1)))
    assert told.startswith(complaint)


def test_without_rules_none_can_be_named(tmp_path: Path) -> None:
    file = write(tmp_path, f"{GOOD}[[steps]]\ndo = 'expect zombie'\n")
    with pytest.raises(ScenarioError, match=r'there is no rule "zombie"; there are none'):
        load(file)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("here/../b", "channel first has this path already"),
        ("", "expected the path of a FIFO, with a name"),
        ("here/", "expected the path of a FIFO, with a name"),
    ],
)
def test_each_channel_has_a_path_of_its_own(tmp_path: Path, path: str, sentence: str) -> None:
    channel = 'kind = "fifo"\nfrom = "one"\nto = "one"\n'
    file = tmp_path / "mine.toml"
    file.write_text(
        'format = 1\nid = "x"\ntitle = "X"\n[roles.one]\ncommand = ["true"]\n'
        f'[channels.first]\n{channel}path = "b"\n[channels.second]\n{channel}path = "{path}"\n'
    )
    with pytest.raises(ScenarioError, match=f"channels.second.path: {sentence}"):
        catalog.load(str(file))
