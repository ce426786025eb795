from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcviz.ui.json_layout import laid_out

HEADERS = {"subject": "Lunch", "to": "ada@example.org", "from": "bob@example.org"}
SIMPLE = st.none() | st.booleans() | st.integers() | st.text()
JSON = st.recursive(
    SIMPLE,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def lines(value: Any, width: int = 54) -> list[str]:
    laid = laid_out(json.dumps(value), width)
    assert laid is not None
    return list(laid)


def test_what_fits_stays_on_one_line() -> None:
    assert lines({"exitStatus": 0, "payload": None}) == ['{"exitStatus": 0, "payload": null}']


def test_members_get_lines_of_their_own_and_a_single_one_stays_beside_its_brace() -> None:
    request = {"hook": {"name": "formatMessage", "args": ["Hello, see you at noon", HEADERS]}}
    assert lines(request) == [
        '{"hook": {',
        '  "name": "formatMessage",',
        '  "args": ["Hello, see you at noon", {',
        '    "subject": "Lunch",',
        '    "to": "ada@example.org",',
        '    "from": "bob@example.org"}]}}',
    ]


def test_of_simple_values_as_many_stand_on_a_line_as_fit() -> None:
    assert lines(list(range(12)), 20) == ["[0, 1, 2, 3, 4, 5,", "  6, 7, 8, 9, 10,", "  11]"]


def test_of_several_objects_each_has_its_own_line() -> None:
    assert lines([{"a": 1}, {"b": 2}], 12) == ["[", '  {"a": 1},', '  {"b": 2}]']


def test_numbers_and_names_that_come_twice_stand_as_they_were_written() -> None:
    text = '{"a": 1.50, "a": 1e400, "b": -0}'
    assert laid_out(text, 80) == (text,)


@pytest.mark.parametrize(
    "text", ["", "hello", "7", '"text"', '{"a": 1', "{}{}", "[" * 4000 + "]" * 4000]
)
def test_what_is_no_object_or_array_is_not_laid_out(text: str) -> None:
    assert laid_out(text, 54) is None


@given(value=st.lists(JSON) | st.dictionaries(st.text(), JSON), width=st.integers(1, 60))
def test_it_says_the_same(value: Any, width: int) -> None:
    assert json.loads("".join(lines(value, width))) == value
