from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz.scenarios.load import load
from scenarios.writing import GOOD, mistakes, write

_ACTION = '[actions.wave]\nkey = "x"\nlabel = "wave"\n'


def test_a_good_file_is_loaded_as_it_says(tmp_path: Path) -> None:
    text = GOOD.replace('"A talk"', '"A talk"\nteaches = """\none\n  line\n\nanother"""')
    loaded = load(write(tmp_path, text))
    scenario = loaded.scenario
    assert (loaded.file, loaded.variant) == (tmp_path / "scenario.toml", None)
    assert (scenario.id, scenario.title, scenario.chapter) == ("talk", "A talk", "Your own")
    assert scenario.teaches == "one line\n\nanother"
    assert (scenario.channels["ask"].writer, scenario.channels["ask"].reader) == ("asker", "teller")
    assert scenario.roles["teller"].command == ("cat", "{ask}")
    assert scenario.roles["teller"].exits == (0,)


def test_signals_are_named_as_they_are_reported(tmp_path: Path) -> None:
    text = GOOD + 'exits = [0, "term"]\n' + _ACTION + 'signal = { to = "asker", name = "12" }\n'
    scenario = load(write(tmp_path, text)).scenario
    assert scenario.roles["teller"].exits == (0, "SIGTERM")
    assert scenario.actions["wave"].signal is not None
    assert scenario.actions["wave"].signal.name == "SIGUSR2"


def test_every_mistake_of_a_file_is_told_at_once_in_its_order(tmp_path: Path) -> None:
    text = """\
format = "1"
id = "two words"
chapter = 3

[channels.ask]
kind = "pipe"
from = "main"
to = "mian"
mesages = "line"

[roles.main]
comand = ["no-such-program"]
exits = [256, "SIGUSR3", true]
environment = { NAME = 1 }

[roles.helper]
started_by = "main"
command = ["true"]

[[steps]]
do = "strat main"

[[steps]]
say = "nothing to do"
"""
    assert mistakes(write(tmp_path, text)) == [
        '1: format: expected 1, not "1"',
        "1: title: missing; expected one line of text without control characters",
        "2: id: expected a name of letters, digits, _ and -, which begins with a letter or _,"
        ' not "two words"',
        "3: chapter: expected one line of text without control characters, not the number 3",
        '6: channels.ask.kind: expected "fifo", not "pipe"',
        '8: channels.ask.to: there is no role "mian"; did you mean "main"?',
        '9: channels.ask.mesages: unknown key; did you mean "messages"?',
        '11: roles.main.command[0]: there is no program "no-such-program" on the PATH',
        '12: roles.main.comand: unknown key; did you mean "command"?',
        "13: roles.main.exits[0]: expected an exit code from 0 to 255 or the name of a signal,"
        " not the number 256",
        '13: roles.main.exits[1]: there is no signal "SIGUSR3"; did you mean "USR2"?',
        "13: roles.main.exits[2]: expected an exit code from 0 to 255 or the name of a signal,"
        " not true",
        "14: roles.main.environment.NAME: expected text without control characters,"
        " not the number 1",
        "16: roles.helper: expected exactly one of the keys command and started_by",
        '21: steps[0].do: "strat main": there is no step "strat"; did you mean "start"?',
        "23: steps[1].do: missing; expected one line of text without control characters",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("format = 1\nid =\n", "2: not valid TOML: Invalid value"),
        ("format = 1\n[roles", "2: not valid TOML: Expected ']'"),
        ("a = " + "[" * 20_000, "arrays or tables are nested too deeply"),
        ("a = " + "9" * 5_000, "not valid TOML: Exceeds the limit"),
    ],
)
def test_what_is_no_toml_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    (told,) = mistakes(write(tmp_path, text))
    assert told.startswith(complaint)


def test_an_empty_file_names_what_is_missing(tmp_path: Path) -> None:
    told = mistakes(write(tmp_path, ""))
    missing = [line.split(": ")[1] for line in told]
    assert missing == ["format", "id", "roles", "title"]
