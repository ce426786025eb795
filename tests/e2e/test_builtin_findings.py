"""What is found in the scenarios that come with ipcviz, and what is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e.test_builtin import NEW_NAMES, renamed
from headless_run import Event, Told, run_headless
from ipcviz.scenarios import catalog

WORKER_PAUSED = {
    "basic-worker-first": "start worker; wait worker blocked; pause worker; start main; "
    "wait main blocked; sleep 1; resume worker; wait all exited",
    "basic-main-first": "start main; wait main blocked; start worker; pause worker; sleep 1; "
    "resume worker; wait all exited",
    "fork-provider": "start provider; wait main ready; pause worker; fire; wait main blocked; "
    "sleep 1; resume worker; wait main ready; finish provider; wait all exited",
}
WELL_BEHAVED = [
    (name, variant)
    for name in WORKER_PAUSED
    for variant in (None, *catalog.load(name).scenario.variants)
]
LASTS, WITHIN = 0.5, 0.25
"""Seconds that a wait has to last, and after which it must be found then."""


def findings(told: Told, *severities: str) -> list[Event]:
    return [one for one in told.of_type("finding") if one["severity"] in severities]


@pytest.mark.parametrize(("name", "variant"), WELL_BEHAVED)
def test_a_play_that_ends_well_raises_no_alarm(name: str, variant: str | None) -> None:
    more = ["--variant", variant] if variant is not None else []
    told = run_headless(name, *more, "--fail-on", "warning")
    assert (told.code, findings(told, "error", "warning")) == (0, []), told.stderr


@pytest.mark.parametrize("name", WORKER_PAUSED)
def test_nor_does_a_worker_that_is_paused(name: str) -> None:
    told = run_headless(name, "--script", WORKER_PAUSED[name], "--fail-on", "warning")
    assert (told.code, findings(told, "error", "warning")) == (0, []), told.stderr
    assert findings(told, "info")


def test_signals_is_a_deadlock_and_a_renamed_copy_is_one_of_the_others(tmp_path: Path) -> None:
    found = deadlock("signals", "worker", "main")
    copy = renamed(catalog.find("signals").parent, tmp_path / "copy")
    other = deadlock(str(copy), NEW_NAMES["worker"], NEW_NAMES["main"])
    for part in ("what", "why", "do"):
        words = found[part]
        for old, new in NEW_NAMES.items():
            words = re.sub(rf"\b{old}\b", new, words)
        assert other[part] == words


def test_a_main_whose_worker_was_killed_is_told_that_nobody_is_left_to_answer() -> None:
    script = "start provider; wait main ready; pause worker; fire; wait main blocked; kill worker"
    told = run_headless("fork-provider", "--script", f"{script}; expect self-held-end")
    assert told.code == 0, told.stderr
    (finding,) = findings(told, "error", "warning")
    assert finding["what"] == (
        "main waits for data on worker_to_main, and nobody is left who could answer main."
    )
    assert "worker has ended" in finding["why"]


def deadlock(scenario: str, starter: str, other: str) -> Event:
    """The one error that is found, after checking how soon, how certainly and of whom."""
    script = f"start {starter}; wait {other} blocked; wait {starter} blocked; expect deadlock"
    told = run_headless(scenario, "--script", script, "--fail-on", "deadlock")
    assert told.code == 3, told.stderr
    (finding,) = findings(told, "error")
    assert (finding["rule"], finding["certain"]) == ("deadlock", True)
    assert set(finding["pids"]) == {role["pid"] for role in told.summary["roles"].values()}
    began = max(
        event.get("since") or event["t"]
        for event in told.of_type("state")
        if event["pid"] in finding["pids"] and event["t"] < finding["t"]
    )
    assert LASTS <= (finding["t"] - began) / 1e9 < LASTS + WITHIN
    return finding
