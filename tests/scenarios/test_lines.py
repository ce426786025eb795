from __future__ import annotations

import tomllib
from textwrap import dedent
from typing import Any

from ipcviz.scenarios.lines import line_of, locate
from ipcviz.scenarios.mistakes import KeyPath

_EVERY_WAY = dedent('''\
    format = 1  # a comment with = and [brackets]
    "quoted \\u006bey" = 'literal # no comment'
    a.b."c.d" = { e = [1, { f = "}" }], g = 2 }

    text = """
    one "quoted" [line]
    and = another \\""" here"""""
    raw = \'\'\'
    it's # raw\'\'\'
    date = 1979-05-27 07:32:00 # with a space
    numbers = [
        1,   # the first

        2, [
          3 ],
    ]

    [ table . "in ner" ]
    key = true

    [[items]]
    x = 1
    [items.sub]
    y = 2
    [[items.deep]]
    z = 3
    [[items]]
    x = 4
    [[items.deep]]
    z = 5
    ''')


def _paths(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """Every place of parsed TOML."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    below = [_paths(item, (*path, key)) for key, item in items]
    return {path}.union(*below) if path else set().union(*below)


def test_every_place_of_a_file_has_a_line() -> None:
    assert set(locate(_EVERY_WAY)) == _paths(tomllib.loads(_EVERY_WAY))


def test_lines_are_where_things_begin() -> None:
    lines = locate(_EVERY_WAY)
    where = {
        ("format",): "format =",
        ("quoted key",): '"quoted',
        ("a", "b", "c.d", "e", 1, "f"): "a.b.",
        ("a", "b", "c.d", "g"): "a.b.",
        ("text",): "text =",
        ("raw",): "raw =",
        ("date",): "date =",
        ("numbers", 0): "    1,",
        ("numbers", 2): "    2,",
        ("numbers", 2, 0): "      3",
        ("table", "in ner"): "[ table",
        ("table", "in ner", "key"): "key =",
        ("items", 0, "sub", "y"): "y =",
        ("items", 0, "deep", 0, "z"): "z = 3",
        ("items", 1, "x"): "x = 4",
        ("items", 1, "deep", 0, "z"): "z = 5",
    }
    texts = _EVERY_WAY.splitlines()
    assert {path: texts[lines[path] - 1].startswith(start) for path, start in where.items()} == (
        dict.fromkeys(where, True)
    )


def test_what_is_not_in_the_file_is_looked_for_around_it() -> None:
    lines = locate("\n[a]\nb = 1\n")
    assert line_of(("a", "missing"), lines) == 2
    assert line_of(("missing",), lines) == 1


def test_line_ends_of_other_systems_count_once() -> None:
    assert locate("a = 1\r\nb = '''\r\n'''\r\nc = 3\r\n")["c",] == 4
