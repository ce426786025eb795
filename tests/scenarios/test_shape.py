from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz.scenarios.load import load
from scenarios.writing import GOOD, mistakes, write

_LINE = "one line of text without control characters"


@pytest.mark.parametrize(
    ("addition", "complaint"),
    [
        ("exit = [0]", 'exit: unknown key; did you mean "exits"?'),
        ("qqq = 0", "qqq: unknown key; known: command, cwd, environment, exits, key, match, "),
        ("exits = 0", "exits: expected an array, each item an exit code from 0 to 255 or"),
        ("match = 1979-05-27", f"match: expected {_LINE}, not a date or time"),
        ("match = 1.5", f"match: expected {_LINE}, not the number 1.5"),
        (f"match = 0x{'f' * 9_000}", f"match: expected {_LINE}, not a very large number"),
        ("match = {}", f"match: expected {_LINE}, not a table"),
        ("observe = 'never'", 'observe: expected "auto" or "kernel" or "tracer", not "never"'),
        ("environment = []", "environment: expected a table, not an array"),
        ("environment = { 'A=B' = '' }", "environment.A=B: expected the name of an environment"),
        ("key = 'up'", 'key: expected one printable character, not "up"'),
        ("key = '\u200b'", 'key: expected one printable character, not "�"'),
    ],
)
def test_what_a_key_cannot_be_is_told(tmp_path: Path, addition: str, complaint: str) -> None:
    (told,) = mistakes(write(tmp_path, f"{GOOD}{addition}\n"))
    assert told.startswith(f"15: roles.teller.{complaint}")


@pytest.mark.parametrize("text", ["title = 'two\\nlines'", "title = '\\u001b[31mred'"])
def test_text_with_control_characters_is_refused_and_cleaned(tmp_path: Path, text: str) -> None:
    told = mistakes(write(tmp_path, GOOD.replace('title = "A talk"', text.replace("'", '"'))))
    assert [line.split(", not")[0] for line in told] == [
        "3: title: expected one line of text without control characters"
    ]
    assert not any(ord(character) < 32 for line in told for character in line)


def test_commands_may_hold_several_lines(tmp_path: Path) -> None:
    text = GOOD.replace('["cat", "{ask}"]', '["sh", "-c", "\\tcat {ask}\\n\\ttrue"]')
    assert load(write(tmp_path, text)).scenario.roles["teller"].command is not None
