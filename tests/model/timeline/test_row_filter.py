from __future__ import annotations

import pytest

from ipcviz import events
from ipcviz.model.channel.message import Message
from ipcviz.model.timeline.row_filter import RowFilter, completions, searched
from ipcviz.model.timeline.rows import Row
from model.telling import SECOND, Run


@pytest.fixture
def told() -> Run:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    run.fill(0.5, "requests", 104, both=(10,))
    run.reads(1, 11, "requests")
    run.tell(events.SignalSend(t=SECOND, pid=10, signal="SIGUSR1", to=11))
    run.exit(2, 11, code=0)
    return run


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("", [0, 1, 2, 3, 4, 5, 6]),
        ("   ", [0, 1, 2, 3, 4, 5, 6]),
        ("role:main", [0, 2, 3, 5]),
        ("ROLE:Mai", [0, 2, 3, 5]),
        ("role:orker", []),
        ("worker", [1, 3, 4, 5, 6]),
        ("worker role:main", [3, 5]),
        ("channel:requests", [2, 3, 4]),
        ("channel:main", []),
        ("type:wait", [4]),
        ("type:bytes", [3]),
        ("signal", [5]),
        ("sigusr1", [5]),
        ("requests exit", []),
        ("type:", [0, 1, 2, 3, 4, 5, 6]),
        ("other:main", []),
        ("\x01main", [0, 2, 3, 5]),
        ("[/] \x1b[2J %s {} .*", []),
    ],
)
def test_every_word_must_be_there(told: Run, words: str, rows: list[int]) -> None:
    looked_through = [searched(row) for row in told.timeline.rows]
    assert list(RowFilter(words).matching(looked_through)) == rows


def test_what_a_program_says_is_text_and_no_name() -> None:
    run = Run()
    command = ("\x01worker\x03signal\x04 type:signal",)
    run.tell(events.ProcessStart(t=0, pid=10, role="main", ppid=1, command=command))
    text = searched(run.timeline.rows[0])
    assert not RowFilter("role:worker").matching([text])
    assert not RowFilter("type:signal").matching([text])
    assert list(RowFilter("worker").matching([text])) == [0]


@pytest.mark.parametrize("kind", ["message", "read", "lost"])
def test_a_message_is_found_by_its_channel_wherever_it_is_told(kind: str) -> None:
    message = Message("requests", 1, 2, "{}", True, writer=10, began=0, written=0)
    row = Row(0, 0, "main", kind, "#1 replies", to="worker", channel="requests", message=message)
    text = searched(row)
    assert list(RowFilter("type:message channel:req role:worker").matching([text])) == [0]
    assert not RowFilter("channel:replies").matching([text])


def test_completions_are_plain_names_first() -> None:
    words = completions(["main"], ["requests"])
    assert words[:3] == ["main", "requests", "message"]
    assert words.index("role:main") > words.index("exit")
    assert "channel:requests" in words
    assert "type:wait" in words
