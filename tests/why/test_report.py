"""`ipcviz why --json`: the contract."""

from __future__ import annotations

import os
from typing import Any

from waiting import wait_until
from why.asking import Asking


def test_a_wait_in_open(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    answer = asking.why("--json", pid)
    assert answer.out.count("\n") == 1
    report = answer.report
    assert list(report) == ["processes", "channels", "findings", "unknown"]
    (process,) = report["processes"]
    assert 0 <= process.pop("blocked_seconds") < 60
    assert process == {
        "pid": pid,
        "tid": pid,
        "ppid": os.getpid(),
        "command": "cat fifo",
        "state": "blocked",
        "call": "open",
        "channel": str(asking.fifo),
        "fd": None,
        "waiting_for": "a writer",
        "holders": [],
    }
    (channel,) = report["channels"]
    assert channel == {
        "name": str(asking.fifo),
        "kind": "fifo",
        "inode": asking.fifo.stat().st_ino,
        "queued": None,
        "capacity": None,
        "readers": [],
        "writers": [],
    }


def test_a_finding(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    answer = asking.why("--json", pid)
    (finding,) = answer.report["findings"]
    assert all(finding.pop(sentence).endswith(".") for sentence in ("what", "why", "do"))
    assert finding == {
        "rule": "waiting-for-writer",
        "severity": "warning",
        "certain": False,
        "pids": [pid],
        "channel": str(asking.fifo),
    }
    assert answer.code == 0


def test_it_is_found_however_shortly_after(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    assert [one["rule"] for one in asking.why("--json", pid).report["findings"]] == [
        "waiting-for-writer"
    ]


def test_a_wait_for_data(asking: Asking) -> None:
    shell = asking.start("sh", "-c", "sleep 1000 | cat; true")

    def reader() -> tuple[dict[str, Any], dict[str, Any]] | None:
        report = asking.why("--json", shell, "cat").report
        own = [
            one for one in report["processes"] if (one["ppid"], one["command"]) == (shell, "cat")
        ]
        name = own[0]["channel"] if own else None
        return next(((own[0], one) for one in report["channels"] if one["name"] == name), None)

    found = wait_until(reader, "cat waits for data")
    assert found is not None
    process, channel = found
    (writer,) = channel["writers"]
    assert (process["call"], process["fd"]) == ("read", 0)
    assert process["waiting_for"] == "data or end of file"
    assert process["holders"] == [writer]
    assert writer["fd"] == 1
    assert channel["readers"] == [{"pid": process["pid"], "fd": 0}]
    assert (channel["kind"], channel["queued"], channel["capacity"]) == ("pipe", 0, 65536)


def test_an_error_is_exit_code_3(asking: Asking) -> None:
    code = "import subprocess; subprocess.Popen(['seq', '99999'], stdout=subprocess.PIPE).wait()"
    pid = asking.start("python3", "-c", code)
    answer = wait_until(
        lambda: (answer := asking.why("--json", pid)).code == 3 and answer, "exit code 3"
    )
    assert answer
    assert [one["rule"] for one in answer.report["findings"] if one["severity"] == "error"] == [
        "deadlock"
    ]


def test_a_second_thread_has_an_entry_of_its_own(asking: Asking) -> None:
    code = (
        "import threading, os\n"
        "threads = [threading.Thread(target=os.open, args=('fifo', os.O_RDONLY)) for _ in '12']\n"
        "[one.start() for one in threads]"
    )
    pid = asking.start("python3", "-c", code)

    def tids() -> list[int]:
        processes = asking.why("--json", pid).report["processes"]
        return [one["tid"] for one in processes if one["call"] == "open"]

    found = wait_until(lambda: len(both := tids()) == 2 and both, "two threads in open()")
    assert found
    assert pid not in found


def test_a_stopped_process_waits_for_nothing(asking: Asking) -> None:
    pid = asking.waits("signal_stop", "sh", "-c", "kill -STOP $$")
    (process,) = asking.why("--json", pid).report["processes"]
    assert process["state"] == "stopped"
    assert process["waiting_for"] is None
