from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ipcviz.scenarios import placeholders


def test_placeholders_stand_anywhere_in_an_argument() -> None:
    values = {"ask": "/run/ask", "main.pid": "17"}
    assert placeholders.fill("--from={ask}:{main.pid}", values) == "--from=/run/ask:17"
    assert placeholders.names("--from={ask}:{main.pid}") == ["ask", "main.pid"]


def test_doubled_braces_are_braces() -> None:
    assert placeholders.fill('{{"pid": {p}}}', {"p": "1"}) == '{"pid": 1}'
    assert placeholders.names("{{ask}}") == []


def test_a_brace_that_is_never_closed_is_refused() -> None:
    with pytest.raises(ValueError, match="not closed"):
        placeholders.names("awk '{print'")


@given(some.text())
def test_any_text_survives_with_its_braces_doubled(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert placeholders.fill(doubled, {}) == text
    assert placeholders.names(doubled) == []


def test_what_a_value_holds_is_not_filled_again() -> None:
    assert placeholders.fill("{a}", {"a": "{b}", "b": "c"}) == "{b}"
