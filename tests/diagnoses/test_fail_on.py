"""Which findings make a run fail."""

from __future__ import annotations

import pytest

from ipcviz.diagnoses.fail_on import FailOn
from ipcviz.diagnoses.rules import RULES
from ipcviz.errors import UsageError
from ipcviz.events import Severity
from model.telling import Run


@pytest.mark.parametrize(
    ("named", "rule", "severity", "raised"),
    [
        ("error", "deadlock", "error", True),
        ("error", "zombie", "warning", False),
        ("warning", "deadlock", "error", True),
        ("warning", "zombie", "warning", True),
        ("warning", "zombie", "info", False),
        ("zombie", "zombie", "info", True),
        ("zombie", "deadlock", "error", False),
        (" zombie , error", "deadlock", "error", True),
    ],
)
def test_a_rule_or_a_severity_is_named(
    named: str, rule: str, severity: Severity, raised: bool
) -> None:
    fail_on, run = FailOn(named), Run()
    run.log.listen(fail_on.hear)
    run.start(0, "main", 10)
    run.finds(1, rule, severity, 10)
    run.clears(2, rule, 10)
    assert fail_on.raised is raised


def test_every_rule_can_be_named() -> None:
    assert not FailOn(",".join(rule.name for rule in RULES)).raised


@pytest.mark.parametrize("named", ["", "zombie,", "Error", "zombie;error", "\x1b[2J"])
def test_what_is_no_name_is_told_with_all_that_there_are(named: str) -> None:
    with pytest.raises(UsageError) as caught:
        FailOn(named)
    told = str(caught.value)
    assert told.isprintable()
    assert told.endswith(f": {', '.join(rule.name for rule in RULES)}.")
