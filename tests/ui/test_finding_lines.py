from __future__ import annotations

import pytest

from ipcviz.ui.finding_lines import alarm, finding_lines, finding_text
from model.telling import Run


@pytest.fixture
def run() -> Run:
    run = Run()
    run.start(0, "main", 10)
    run.start(0, "worker", 11)
    return run


def test_the_rule_how_grave_and_how_sure_and_its_sentences(run: Run) -> None:
    words = "a sentence that is too long for one line"
    finding = run.finds(1, "pipe-full", "warning", 10, what=words, certain=False)
    lines = [line.plain.rstrip() for line in finding_lines(finding, 36)]
    assert lines == [
        "! pipe-full          warning, likely",
        "what  a sentence that is too long",
        "      for one line",
        "why   This is why.",
        "do    This helps.",
    ]
    copied = f"pipe-full (warning, likely)\n{words}\nThis is why.\nThis helps."
    assert finding_text(finding) == copied


def test_hostile_names_do_no_harm(run: Run) -> None:
    finding = run.finds(1, "zombie", "warning", 10, what="[/] \x1b[2Jsh (pid 7) [red]漢\x07 ended.")
    drawn = [line.plain for line in finding_lines(finding, 30)]
    assert not any("\x1b" in line or "\x07" in line for line in drawn)
    assert "[/] sh (pid 7) [red]漢" in drawn[1]
    assert "\x1b" not in finding_text(finding)


def test_the_alarm_is_the_gravest_that_is_more_than_information(run: Run) -> None:
    run.finds(1, "self-held-end", "info", 10)
    assert alarm(run.model) is None
    warning = run.finds(2, "pipe-full", "warning", 10, channel="requests")
    error = run.finds(3, "deadlock", "error", 10, 11)
    assert alarm(run.model) is not None
    assert alarm(run.model) == run.model.gravest_findings[0]
    assert alarm(run.model, channel="requests").what == warning.what  # type: ignore[union-attr]
    assert alarm(run.model, channel="replies") is None
    assert alarm(run.model, pid=11).rule == error.rule  # type: ignore[union-attr]
    assert alarm(run.model, pid=12) is None
