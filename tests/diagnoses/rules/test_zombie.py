from __future__ import annotations

from diagnoses.judging import Judged

_STARTS_A_CHILD = "if os.fork() == 0: os._exit(3)\n"


def test_a_child_that_has_ended_while_its_parent_sleeps(judged: Judged) -> None:
    parent = judged.python(_STARTS_A_CHILD + "os.open(a, os.O_RDONLY)")
    finding = judged.found("zombie")
    child = next(pid for pid in finding.pids if pid != parent)
    assert judged.model.processes[child].state == "zombie"
    assert (finding.severity, finding.certain, finding.role) == ("warning", True, "one")
    assert finding.what.endswith("and its parent one has not waited for it.")


def test_only_once_it_has_lasted(judged: Judged) -> None:
    judged.python(_STARTS_A_CHILD + "os.open(a, os.O_RDONLY)")
    judged.found("zombie")
    assert judged.findings("zombie", after=0) == []
    assert judged.judge.due is not None


def test_a_child_that_was_waited_for(judged: Judged) -> None:
    parent = judged.python(_STARTS_A_CHILD + "os.wait(); os.open(a, os.O_RDONLY)")
    judged.blocked(parent, "open")
    assert judged.findings("zombie") == []
