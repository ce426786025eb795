from __future__ import annotations

from typing import Any

import pytest

from ipcviz.model.channel.message import Message
from ipcviz.ui.message_lines import message_lines
from model.telling import Run

WIDTH = 54


def told(text: str = "hello\n", **more: Any) -> list[str]:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    fields: dict[str, Any] = {
        "channel": "requests",
        "number": 3,
        "size": len(text),
        "text": text,
        "whole": True,
        "writer": 10,
        "began": 1_000,
        "written": 2_000,
    }
    drawn = list(message_lines(Message(**{**fields, **more}), run.model, WIDTH))
    assert max(one.cell_length for one in drawn) <= WIDTH
    return [one.plain.rstrip() for one in drawn]


def test_the_heading_says_from_whom_to_whom_how_much_and_which() -> None:
    assert told()[0] == "main ▸ worker" + "6 B, message 3".rjust(WIDTH - 13)
    assert told(request=1)[0].endswith("6 B, request 1")
    assert told(request=1, answer=True)[0].endswith("6 B, reply 1")


def test_who_really_read_it_is_named() -> None:
    assert told(reader=10, read=5_000)[0].startswith("main ▸ main")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "▮ in the pipe"),
        ({"reader": 11, "read": 42_000, "pieces": 1}, "latency 41 us"),
        (
            {"reader": 11, "read": 42_000, "pieces": 2, "round_trip": 85_000},
            "latency 41 us   round trip 85 us   read in 2 pieces",
        ),
        ({"lost": 9_000}, "✗ lost unread, with the last end of its pipe"),
        ({"error": "EPIPE"}, "✗ not written: EPIPE"),
    ],
)
def test_what_became_of_it_is_told(more: dict[str, Any], words: str) -> None:
    assert told(**more)[1] == words


def test_json_is_laid_out_and_what_is_too_long_goes_on_below() -> None:
    text = '{"exitStatus": 0, "payload": "' + "a long answer " * 6 + '"}\n'
    assert told(text)[2:] == [
        "{",
        '  "exitStatus": 0,',
        '  "payload": "a long answer a long answer a long',
        "    answer a long answer a long answer a long answer",
        '    "}',
    ]


def test_any_other_text_is_shown_by_lines_and_cannot_act_on_the_terminal() -> None:
    assert told("  [red]\x1b[2J\n\n\x00\x9b\u202e\n")[2:] == ["  [red]", "", "␀��"]


def test_of_a_text_that_was_not_kept_whole_this_is_said() -> None:
    lines = told("[" + "1," * 2047, size=1_000_000, whole=False)
    assert lines[-1] == "… 4096 B of 976.6 KiB were kept"
    assert lines[2].startswith("[1,1,1,")
