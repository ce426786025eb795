"""stopped-process: who is stopped, what stopped it, and who waits for it."""

from __future__ import annotations

import os
import signal

import pytest

from diagnoses.judging import Judged
from ipcviz import events
from ipcviz.events import Finding

IMPORTS = "import ctypes, fcntl, pty, signal, subprocess, termios, time\n"
SLEEP = IMPORTS + "os.open(a, os.O_RDWR); time.sleep(600)"
JOB = (
    IMPORTS + "os.setsid()\n"
    "_, terminal = pty.openpty()\n"
    "fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)\n"
    "if os.fork() == 0:\n"
    "    os.setpgid(0, 0)\n"
    "    {}\n"
    "os.wait()"
)
"""A leader of a session that waits for a job in the background of its terminal."""


def stopped(judged: Judged, pid: int, by: signal.Signals = signal.SIGSTOP) -> Finding:
    """The finding about a process, once it is stopped by this signal."""
    os.kill(pid, by)
    judged.settled(pid, state="stopped")
    (finding,) = judged.findings("stopped-process")
    assert finding.pids[0] == pid
    return finding


def test_by_a_person_or_a_program(judged: Judged) -> None:
    pid = judged.python(SLEEP)
    judged.settled(pid, state="sleeping")
    finding = stopped(judged, pid)
    assert (finding.severity, finding.certain, finding.role) == ("warning", True, "one")
    assert finding.what == "one is stopped."
    assert finding.why.startswith("SIGSTOP stopped it, which a person or a program sent.")
    assert finding.do == "Send one SIGCONT."


def test_by_ipcviz(judged: Judged) -> None:
    pid = judged.python(SLEEP)
    judged.settled(pid, state="sleeping")
    sent = events.SignalSend(t=judged.log.now(), source="ipcviz", signal="SIGSTOP", to=pid)
    judged.log.append(sent)
    finding = stopped(judged, pid)
    assert finding.severity == "info"
    assert finding.why.startswith("ipcviz stopped it.")


def test_what_another_stops_after_ipcviz_did(judged: Judged) -> None:
    test_by_ipcviz(judged)
    (pid,) = judged.children
    os.kill(pid, signal.SIGCONT)
    judged.settled(pid, state="sleeping")
    assert judged.findings("stopped-process") == []
    assert stopped(judged, pid).severity == "warning"


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("os.read(terminal, 1)", "SIGTTIN"),
        ("termios.tcflush(terminal, termios.TCIFLUSH)", "SIGTTOU"),
    ],
)
def test_by_the_terminal(judged: Judged, wish: str, name: str) -> None:
    leader = judged.python(JOB.format(wish))
    judged.blocked(leader, "wait")

    def while_its_leader_waits() -> Finding | None:
        found = judged.findings("stopped-process")
        return next((one for one in found if one.pids[1:] == (leader,)), None)

    finding = judged.until(while_its_leader_waits, "it is stopped, and its leader waits for it")
    assert finding is not None
    assert finding.why.startswith("The terminal stopped it, since it wanted")
    assert f"in the background ({name})" in finding.why
    assert "to the foreground" in finding.do


def test_by_control_z(judged: Judged) -> None:
    # In a group of its own: an orphaned one, as this may be, is not stopped so (setpgid(2)).
    pid = judged.python(SLEEP, process_group=0)
    judged.settled(pid, state="sleeping")
    finding = stopped(judged, pid, signal.SIGTSTP)
    assert finding.why.startswith("SIGTSTP stopped it: ctrl+z at its terminal, or a program.")


def test_by_a_tracer(judged: Judged) -> None:
    tracer = judged.python(
        IMPORTS + "if os.fork() == 0:\n"
        "    ctypes.CDLL(None).ptrace(0, 0, 0, 0)  # PTRACE_TRACEME\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
        "time.sleep(600)"
    )
    finding = judged.found("stopped-process")
    assert tracer not in finding.pids
    assert finding.why.startswith("It is held by a tracer, by ptrace(2).")
    assert finding.do == "Continue it in one, or detach that; SIGCONT does not."


def test_by_what_could_not_be_seen(judged: Judged) -> None:
    pid = judged.python(SLEEP)
    judged.settled(pid, state="sleeping")
    stopped(judged, pid)
    judged.log.append(events.ProcessStop(t=judged.log.now(), source="kernel", pid=pid))
    (finding,) = judged.findings("stopped-process")
    assert finding.why.startswith("A signal stopped it; which one could not be seen.")


def test_a_reader_for_whom_a_writer_waits(judged: Judged) -> None:
    reader = judged.python(IMPORTS + "source = os.open(a, os.O_RDONLY); time.sleep(600)")
    writer = judged.python(
        "sink = os.open(a, os.O_WRONLY)\nwhile True: os.write(sink, b'x' * 4096)", "two"
    )
    judged.blocked(writer, "write")
    judged.settled(reader, state="sleeping")
    finding = stopped(judged, reader)
    assert finding.pids == (reader, writer)
    assert finding.what == "one is stopped, and two waits for it."


def test_who_waits_for_who_waits_for_it(judged: Judged) -> None:
    reader = judged.python("os.read(os.open(a, os.O_RDONLY), 1)", "two")
    parent = judged.python(
        IMPORTS + "sink = os.open(a, os.O_WRONLY)\n"
        "subprocess.run(['sleep', '600'], pass_fds=[sink])"
    )
    child = judged.runs("sleep 600")
    judged.blocked(parent, "wait")
    judged.blocked(reader, "read")
    assert set(stopped(judged, child).pids) == {child, parent, reader}


def test_who_has_another_writer_to_wait_for_does_not_wait_for_it(judged: Judged) -> None:
    write = IMPORTS + "os.open(a, os.O_WRONLY); time.sleep(600)"
    one, two = judged.python(write), judged.python(write, "two")
    reader = judged.python("os.read(os.open(a, os.O_RDONLY), 1)", "three")
    judged.settled(one, state="sleeping")
    judged.settled(two, state="sleeping")
    judged.blocked(reader, "read")
    assert stopped(judged, one).pids == (one,)


def test_only_once_it_has_lasted(judged: Judged) -> None:
    pid = judged.python(SLEEP)
    judged.settled(pid, state="sleeping")
    stopped(judged, pid)
    assert judged.findings("stopped-process", after=0) == []


def test_in_one_look_at_strangers(onlooker: Judged) -> None:
    pid = onlooker.python(SLEEP)
    onlooker.settled(pid, state="sleeping")
    assert stopped(onlooker, pid).severity == "warning"


def test_a_process_that_goes_on(judged: Judged) -> None:
    pid = judged.python(SLEEP)
    judged.settled(pid, state="sleeping")
    stopped(judged, pid)
    os.kill(pid, signal.SIGCONT)
    judged.settled(pid, state="sleeping")
    assert judged.findings("stopped-process") == []


def test_a_process_that_ignores_it(judged: Judged) -> None:
    ignore = "signal.signal(signal.SIGTSTP, signal.SIG_IGN)\n"
    pid = judged.python(IMPORTS + ignore + "os.open(a, os.O_RDWR); time.sleep(600)")
    judged.settled(pid, state="sleeping")
    os.kill(pid, signal.SIGTSTP)
    judged.settled(pid, state="sleeping")
    assert judged.findings("stopped-process") == []
