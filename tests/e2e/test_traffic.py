"""Random programs that talk: every byte and every call of theirs is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import pytest

from e2e.traffic import Plan, Voice
from headless_run import Event, Told, run_headless
from ipcviz.events import DATA_AT_MOST
from ipcviz.text import unescaped

SEEDS = int(os.environ.get("IPCVIZ_SEEDS", "6"))
PROGRAM = Path(__file__).with_name("talker.py")
SCENARIO = """\
format = 1
id = "traffic"
title = "Random traffic"

[channels.{0}]
kind = "fifo"
from = "main"
to = "worker"
messages = "{2}"

[channels.{1}]
kind = "fifo"
from = "worker"
to = "main"
messages = "{3}"

[roles.main]
command = ["{python}", "{program}", "{seed}", "0", "{{{0}}}", "{{{1}}}"]
environment = {{ PYTHONPATH = "{tests}" }}

[roles.worker]
command = ["{python}", "{program}", "{seed}", "1", "{{{0}}}", "{{{1}}}"]
environment = {{ PYTHONPATH = "{tests}" }}

[[steps]]
do = "start main"

[[steps]]
do = "start worker"

[[steps]]
do = "wait all exited"
"""


def play(plan: Plan, folder: Path) -> Told:
    file = folder / "scenario.toml"
    file.write_text(
        SCENARIO.format(
            *plan.names,
            *plan.framings,
            python=sys.executable,
            program=PROGRAM,
            seed=plan.seed,
            tests=PROGRAM.parents[1],
        )
    )
    told = run_headless(str(file))
    assert told.code == 0, told.stderr
    return told


def calls(told: Told, call: str, channel: str) -> list[Event]:
    """The calls of a channel that moved bytes, in the order in which they began."""
    found = [
        event
        for event in told.of_type("call.return")
        if event["call"] == call and event.get("channel") == channel and event["result"] > 0
    ]
    return sorted(found, key=lambda event: event["began"])


def check_contents(told: list[Event], data: bytes) -> None:
    """What is told of each call is the beginning of its part of the stream."""
    at = 0
    for event in told:
        size = event["result"]
        assert unescaped(event["data"]) == data[at : at + size][:DATA_AT_MOST]
        at += size
    assert at == len(data)


def check_differences(told: Told) -> None:
    """None but of a write that does not fit into the pipe, looked at while it waits for room."""
    for difference in told.of_type("difference"):
        assert difference["counted_as"] == "written"
        assert any(
            event["pid"] == difference["pid"]
            and event["began"] < difference["t"] < event["t"]
            and event["result"] > difference["bytes"]
            for event in calls(told, "write", difference["channel"])
        )


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_call_and_byte_is_told(seed: int, tmp_path: Path) -> None:
    plan = Plan(seed)
    told = play(plan, tmp_path)
    assert told.of_type("dropped") == []
    check_differences(told)
    for number, channel in enumerate(plan.names):
        written = plan.writes(number)
        data = b"".join(written)
        writes, reads = calls(told, "write", channel), calls(told, "read", channel)
        if number == 0:
            spoken = writes[by_size(writes, len(data)) :]
            heard = reads[by_size(reads, len(data)) :]
            del writes[len(writes) - len(spoken) :], reads[len(reads) - len(heard) :]
            check_crowd(spoken, heard, plan.crowd)
        else:
            spoken = []
        check_contents(writes, data)
        check_contents(reads, data)
        if not plan.buffered:
            assert [event["result"] for event in writes] == list(map(len, written))
        data += b"".join(unescaped(event["data"]) for event in spoken)
        sizes = [event["result"] for event in writes + spoken]
        account = told.summary["channels"][channel]
        assert account["written"] == account["read"] == len(data)
        assert account["discarded"] == account["queued"] == 0
        check_messages(account, sizes, data, plan.framings[number])


def by_size(told: list[Event], size: int) -> int:
    """How many calls moved so many bytes."""
    count = 0
    while size > 0:
        size -= told[count]["result"]
        count += 1
    assert size == 0
    return count


def check_crowd(spoken: list[Event], heard: list[Event], crowd: Sequence[Voice]) -> None:
    """Each thread and process has told its own lines, and what was read are those of all."""
    by_writer: dict[tuple[int, int], list[bytes]] = {}
    for event in spoken:
        by_writer.setdefault((event["pid"], event["tid"]), []).append(unescaped(event["data"]))
    lines = [list(voice.lines) for voice in crowd]
    assert sorted(by_writer.values()) == sorted(lines)
    assert all(event["result"] == len(unescaped(event["data"])) for event in spoken)
    data = b"".join(unescaped(event["data"]) for event in heard)
    if all(event["result"] <= DATA_AT_MOST for event in heard):
        assert sorted(data.splitlines(keepends=True)) == sorted(chain.from_iterable(lines))
    assert sum(event["result"] for event in heard) == sum(event["result"] for event in spoken)


def check_messages(account: Event, sizes: list[int], data: bytes, framing: str) -> None:
    cut = any(size > DATA_AT_MOST for size in sizes)
    if framing == "raw":
        assert account["messages"] == len(sizes)
    elif cut:
        assert account["messages"] <= data.count(b"\n") + 1
        assert account["at_least"]
    else:
        assert account["messages"] == data.count(b"\n")
