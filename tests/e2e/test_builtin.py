"""The scenarios that come with ipcviz, played without a screen."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from headless_run import Told, run_headless
from ipcviz.scenarios import catalog

IDS = [file.parent.name for file in catalog.builtin()]
Waits = set[tuple[str, str, str | None]]
ABOUT: dict[str, Waits] = {
    "basic-worker-first": {("worker", "read", "main_to_worker")},
    "basic-main-first": {("main", "read", "worker_to_main")},
    "signals": {("main", "read", "worker_to_main"), ("worker", "wait", None)},
    "fork-provider": {
        ("provider", "wait", None),
        ("worker", "read", "main_to_worker"),
        ("main", "read", None),
    },
}
"""id -> the waits that the scenario is there to show."""
ONE_WAY: dict[str, Waits] = {
    "basic-worker-first": {("worker", "open", "main_to_worker")},
    "basic-main-first": {("main", "open", "main_to_worker")},
}
NEW_NAMES = {
    "main_to_worker": "requests_of_mine",
    "worker_to_main": "answers_to_me",
    "worker": "cook",
    "main": "guest",
    "provider": "landlord",
}


def renamed(folder: Path, to: Path) -> Path:
    """A copy of a scenario in which its id, roles and channels have other names; the programs'
    own file names stay."""
    shutil.copytree(folder, to)
    file = to / "scenario.toml"
    text = file.read_text()
    for old, new in NEW_NAMES.items():
        text = re.sub(rf"(?<![\w]){old}(?!\w|\.py|_one_way|_work)", new, text)
    file.write_text(text.replace(f'id = "{folder.name}"', 'id = "another"'))
    return file


def check_summary(told: Told) -> None:
    assert set(told.summary["channels"]) == {
        channel["name"] for channel in told.events[0]["channels"]
    }
    for channel in told.summary["channels"].values():
        gone = channel["read"] + channel["discarded"]
        assert channel["written"] == gone + channel["queued"] >= channel["messages"]


@pytest.mark.parametrize("name", IDS)
def test_a_scenario_shows_the_waits_that_it_is_about(name: str) -> None:
    told = run_headless(name)
    assert told.code == 0, told.stderr
    assert told.waits() >= ABOUT[name]
    check_summary(told)


@pytest.mark.parametrize("name", IDS)
def test_a_renamed_copy_shows_the_same_of_the_other_names(name: str, tmp_path: Path) -> None:
    file = renamed(catalog.find(name).parent, tmp_path / "copy")
    told = run_headless(str(file))
    assert told.code == 0, told.stderr
    expected = {
        (NEW_NAMES[role], call, NEW_NAMES[channel] if channel else None)
        for role, call, channel in ABOUT[name]
    }
    assert told.waits() >= expected


@pytest.mark.parametrize("name", ONE_WAY)
def test_one_way_ends_block_in_open_itself(name: str) -> None:
    told = run_headless(name, "--variant", "one-way")
    assert told.code == 0, told.stderr
    assert told.waits() >= ONE_WAY[name]


def test_signals_stands_still_with_the_request_in_the_pipe() -> None:
    summary = run_headless("signals").summary
    assert {role["state"] for role in summary["roles"].values()} == {"blocked"}
    assert {role["exit"] for role in summary["roles"].values()} == {None}
    assert summary["channels"]["main_to_worker"]["queued"] > 0


def test_work_in_the_handler_stands_still_in_a_lock() -> None:
    told = run_headless("signals", "--variant", "work-in-handler")
    assert told.code == 0, told.stderr
    assert ("worker", "futex", None) in told.waits()


def test_the_provider_learns_how_its_children_ended() -> None:
    roles = run_headless("fork-provider").summary["roles"]
    assert roles["provider"]["exit"] == 0
    assert roles["main"]["exit"] in (0, None)
    assert roles["worker"]["exit"] in ("SIGTERM", None)
