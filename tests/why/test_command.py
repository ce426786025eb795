"""Whom `ipcviz why` tells of, its exit codes, and --watch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from strangers import sleeps_in
from why.asking import COMMAND, Asking


def test_a_pid(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    other = asking.opens("head", "fifo")
    answer = asking.why("--json", pid)
    assert pid in answer.told
    assert other not in answer.told


def test_several(asking: Asking) -> None:
    pids = {asking.opens("cat", "fifo"), asking.opens("head", "fifo")}
    assert asking.why("--json", *pids).told == pids


def test_its_children(asking: Asking) -> None:
    """A parent that waits for nobody: the finding of its child is told all the same."""
    code = "import subprocess, signal; subprocess.Popen(['cat', 'fifo']); signal.pause()"
    pid = asking.waits("pause", sys.executable, "-c", code)
    findings = asking.why("--json", pid).report["findings"]
    assert [one["rule"] for one in findings] == ["waiting-for-writer"]
    assert findings[0]["pids"] != [pid]


def test_whom_it_waits_for(asking: Asking) -> None:
    pid = asking.waits("do_wait", "sh", "-c", "cat fifo; true")
    findings = asking.why("--json", pid).report["findings"]
    assert [one["rule"] for one in findings] == ["waiting-for-writer"]


def test_a_fifo_that_is_waited_for(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    assert asking.why("--json", "fifo").told == {pid}
    assert asking.why("--json", asking.fifo).told == {pid}


def test_a_fifo_that_is_open(asking: Asking) -> None:
    pid = asking.waits(
        "pipe_read", sys.executable, "-c", "import os; os.read(os.open('fifo', os.O_RDWR), 1)"
    )
    answer = asking.why("--json", asking.fifo)
    assert answer.told == {pid}
    assert [one["rule"] for one in answer.report["findings"]] == ["self-held-end"]


def test_a_fifo_that_took_the_place_of_another(asking: Asking) -> None:
    pid = asking.opens("cat", str(asking.fifo))
    asking.fifo.unlink()
    os.mkfifo(asking.fifo)
    assert asking.why("--json", asking.fifo).told == {pid}


def test_a_fifo_that_nobody_has_open(asking: Asking) -> None:
    pid = asking.start("sleep", "1000", "--", stdin=subprocess.PIPE)
    answer = asking.why(asking.fifo)
    assert answer.code == 0
    assert f"Nobody has {asking.fifo} open" in " ".join(answer.out.split())
    assert "no command line names it" in " ".join(answer.out.split())
    assert pid not in asking.why("--json", asking.fifo).told


def test_a_fifo_that_only_a_command_line_names(asking: Asking) -> None:
    pid = asking.waits(
        "pause", sys.executable, "-c", "import signal; signal.pause()", str(asking.fifo)
    )
    (note, *_) = asking.why("--json", "fifo").report["unknown"]
    assert f"Nobody has {asking.fifo} open" in note
    assert f"(pid {pid})" in note


def test_a_path_at_which_nothing_stands(asking: Asking) -> None:
    pid = asking.opens("cat", str(asking.fifo))
    asking.fifo.unlink()
    assert asking.why("--json", asking.fifo).told == {pid}


def test_a_path_that_is_no_fifo(asking: Asking) -> None:
    (asking.directory / "file").touch()
    answer = asking.why("./file")
    assert answer.code == 2
    assert answer.err.strip() == (
        "ipcviz: ./file is a regular file; expected a FIFO, a pid or a part of a command line."
    )


def test_a_part_of_a_command_line(asking: Asking) -> None:
    """Though a file of that name stands in this directory; and not ipcviz, which has it in its
    own."""
    (asking.directory / "program.py").write_text("open('fifo')")
    pid = asking.opens(sys.executable, "program.py")
    assert asking.why("--json", "program.py").told == {pid}


def test_a_name(asking: Asking) -> None:
    program = asking.directory / "dormouse"
    program.symlink_to("/bin/cat")
    pid = asking.opens(str(program), "fifo")
    assert asking.why("--json", "dormouse").told == {pid}


def test_nobody_matches(asking: Asking) -> None:
    word = "nobody-is-called-so"
    for answer in (asking.why(word), asking.why("--json", word), asking.why(f"/{word}")):
        assert (answer.code, answer.out) == (2, "")
        assert "no process has" in answer.err


def test_no_such_process(asking: Asking) -> None:
    answer = asking.why(2**30)
    assert (answer.code, answer.err) == (2, f"ipcviz: there is no process {2**30}.\n")


def test_a_thread_is_no_process(asking: Asking) -> None:
    code = "import threading, signal; threading.Thread(target=signal.pause).start()"
    pid = asking.waits("futex", sys.executable, "-c", code)
    (tid,) = {int(name) for name in os.listdir(f"/proc/{pid}/task")} - {pid}
    answer = asking.why(tid)
    assert answer.code == 2
    assert f"{tid} is a thread" in answer.err


def test_without_words_everybody_who_waits(asking: Asking) -> None:
    waits, sleeps = asking.opens("cat", "fifo"), asking.start("sleep", "1000")
    told = asking.why("--json").told
    assert waits in told
    assert sleeps not in told


def test_who_waits_for_ipcviz_is_left_out(asking: Asking) -> None:
    asking.opens("cat", "fifo")
    copy = asking.directory / "copy"
    answer = asking.why(command=["sh", "-c", f"{' '.join(COMMAND)} --json | tee {copy}; true"])
    commands = {one["command"] for one in answer.report["processes"]}
    assert "cat fifo" in commands
    assert f"tee {copy}" not in commands


def test_the_reader_has_gone(asking: Asking) -> None:
    asking.opens("cat", "fifo")
    answer = asking.why(command=["sh", "-c", f"{' '.join(COMMAND)} | true"])
    assert answer.err == ""


def test_more_processes_than_files_may_be_open(asking: Asking) -> None:
    pids = {asking.start("cat", "fifo") for _ in range(30)}
    for pid in pids:
        sleeps_in(pid, "wait_for_partner")
    limited = ["sh", "-c", 'ulimit -Sn 24; exec "$@"', "sh", *COMMAND]
    assert asking.why("--json", asking.fifo, command=limited).told == pids


def test_watch(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    watching = subprocess.Popen(
        [*COMMAND, "--json", "--watch", str(pid)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert watching.stdout is not None
    looks = [json.loads(watching.stdout.readline()) for _ in range(2)]
    watching.send_signal(signal.SIGINT)
    _, complaints = watching.communicate()
    assert [one["processes"][0]["pid"] for one in looks] == [pid, pid]
    first, second = (one["processes"][0]["blocked_seconds"] for one in looks)
    assert second > first
    assert watching.returncode == 130
    assert complaints.strip() == b""
