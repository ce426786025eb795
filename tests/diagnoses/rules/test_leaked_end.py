"""leaked-end: grandchildren, second children and strangers that keep an end of file away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from diagnoses.judging import Judged
from ipcviz.events import CallReturn, Finding, ProcessObserve
from programs import needs

_IMPORTS = "import fcntl, select, subprocess, time\n"
_OUTPUT = "subprocess.Popen(['sh', '-c', {script!r}, a, b], stdout=subprocess.PIPE)"
_HANDS_ON = (
    _IMPORTS + "source, sink = os.pipe()\nos.set_inheritable(sink, True)\n"
    "subprocess.Popen(['sleep', '1000'], close_fds=False, env={environment})\n"
    "os.close(sink)\nos.read(source, 1)"
)
_UNNAMED = "{'PATH': os.environ['PATH'], 'SHLVL': str(sink)}"


def reads_output_of(script: str, read: str = "child.stdout.read()") -> str:
    """Python that starts a shell, and reads what it prints to the end. The shell knows the two
    FIFOs as $0 and $1."""
    return f"{_IMPORTS}child = {_OUTPUT.format(script=script)}\n{read}"


def below_a_shell_that_ends(script: str) -> str:
    """A script that runs this one in a shell of its own, which ends once it is told to."""
    return f"sh -c '{script} read line < b'; read line < b"


def end_the_shell(judged: Judged, program: str) -> None:
    """End that shell, once it is seen that it has started the program."""
    judged.runs(program)
    judged.b.write_bytes(b"\n")


def leaked(judged: Judged, reader: int, writer: str) -> Finding:
    """The finding that this reader waits for that program."""
    pid = judged.runs(writer)
    return judged.found("leaked-end", pids=(reader, pid))


def no_leak(judged: Judged, reader: int, *programs: str, call: str = "read") -> None:
    """Whoever holds the write end is there, the reader waits, and that is no finding."""
    for program in programs:
        judged.settled(judged.runs(program), state="sleeping")
    judged.blocked(reader, call)
    assert judged.findings("leaked-end") == []


@pytest.mark.parametrize("read", ["child.stdout.read()", "child.wait(); child.stdout.read()"])
def test_a_grandchild_holds_the_output(judged: Judged, read: str) -> None:
    reader = judged.python(reads_output_of("sleep 1000 & echo", read))
    finding = leaked(judged, reader, "sleep 1000")
    assert (finding.severity, finding.certain, finding.role) == ("warning", False, "one")
    assert finding.what.startswith("one waits for data or end of file on its pipe")
    (sleep,) = finding.pids[1:]
    assert f"The only write end left is held by sleep (pid {sleep}, fd 1)" in finding.why
    assert "has written nothing; whoever started it has ended" in finding.why


@pytest.mark.parametrize(
    "wait",
    [
        "select.select([out], [], [])",
        "p = select.epoll(); p.register(out); p.poll()",
        "select.select([out, *os.pipe(), os.eventfd(0)], [], [])",
    ],
    ids=["select", "epoll", "an event loop that can be woken"],
)
def test_a_reader_that_polls(judged: Judged, wait: str) -> None:
    read = f"out = child.stdout.fileno(); os.read(out, 1); {wait}"
    reader = judged.python(reads_output_of("sleep 1000 & echo", read))
    leaked(judged, reader, "sleep 1000")


def test_standard_output_and_error_are_both_held(judged: Judged) -> None:
    reader = judged.python(
        _IMPORTS + "subprocess.run(['sh', '-c', 'sleep 1000 &'], capture_output=True)"
    )
    finding = leaked(judged, reader, "sleep 1000")
    assert "The only write ends left are held by sleep" in finding.why
    assert "fd 1 and 2), which has written nothing" in finding.why
    assert len(judged.findings("leaked-end")) == 1


def test_below_a_grandchild(judged: Judged) -> None:
    reader = judged.python(reads_output_of("timeout 2000 sleep 1000 & echo"))
    outer, inner = judged.runs("timeout 2000 sleep 1000"), judged.runs("sleep 1000")
    judged.found("leaked-end", pids=(reader, *sorted([outer, inner])))


def test_a_second_child_inherited_the_end(judged: Judged) -> None:
    reader = judged.python(_HANDS_ON.format(environment=_UNNAMED))
    finding = leaked(judged, reader, "sleep 1000")
    assert "on exec" in finding.do


def test_the_calls_of_a_holder_tell_to_which_pipe_it_wrote(judged: Judged) -> None:
    code = _HANDS_ON.replace("'sleep', '1000'", "'sh', '-c', 'echo note >&2; exec sleep 1000'")
    reader = judged.python(code.format(environment=_UNNAMED))
    no_leak(judged, reader, "sleep 1000")
    now, holder = judged.log.now(), judged.runs("sleep 1000")
    judged.log.append(ProcessObserve(t=now, source="tracer", pid=holder, loaded=True))
    (channel,) = {judged.found("leaked-end", pids=(reader, holder)).channel}
    judged.log.append(
        CallReturn(
            t=now, source="tracer", pid=holder, call="write", channel=channel, began=now, result=4
        )
    )
    no_leak(judged, reader, "sleep 1000")


def test_one_that_passes_on_what_it_reads(judged: Judged) -> None:
    script = "(sleep 1000 & echo hello; read line < $1) | tee copy & read line < $0"
    reader = judged.python(reads_output_of(script))
    tee, sleep = judged.runs("tee copy"), judged.runs("sleep 1000")
    judged.until(lambda: (judged.directory / "copy").read_bytes(), "tee has written")
    judged.b.write_bytes(b"\n")
    judged.a.write_bytes(b"\n")
    judged.found("leaked-end", pids=(tee, sleep))
    judged.found("leaked-end", pids=(reader, tee))


def test_a_fifo_whose_writer_has_lost_its_starter(judged: Judged) -> None:
    judged.start(["sh", "-c", below_a_shell_that_ends("sleep 1000 > a &")], "two")
    reader = judged.start(["cat", "a"])
    end_the_shell(judged, "sleep 1000")
    finding = leaked(judged, reader, "sleep 1000")
    assert finding.channel == "a"
    assert "on a" in finding.what


@pytest.mark.parametrize("started", [False, True])
def test_one_look_at_a_holder_below_the_first_process(onlooker: Judged, started: bool) -> None:
    """Which would have handed down an end of the pipe only if it had started the reader, too."""
    reader = onlooker.python(reads_output_of("sleep 1000 & wait"))
    sleep = onlooker.runs("sleep 1000")
    onlooker.settled(sleep, state="sleeping")
    onlooker.blocked(reader, "read")
    shell = onlooker.model.processes[sleep].ppid
    onlooker.model.processes[shell].ppid = 1
    onlooker.model.processes[reader].ppid = 1 if started else 2
    found = onlooker.findings("leaked-end")
    assert [one.pids for one in found] == ([] if started else [(reader, shell, sleep)])


def test_only_once_it_has_lasted(judged: Judged) -> None:
    reader = judged.python(reads_output_of("sleep 1000 & echo; read line < $0"))
    judged.runs("sleep 1000")
    judged.a.write_bytes(b"\n")
    leaked(judged, reader, "sleep 1000")
    assert judged.findings("leaked-end", after=0) == []


def test_it_clears_when_the_holder_ends(judged: Judged) -> None:
    reader = judged.python(reads_output_of("sleep 1000 & echo", "child.stdout.read(); os.pause()"))
    finding = leaked(judged, reader, "sleep 1000")
    judged.log.append(finding)
    os.kill(finding.pids[1], signal.SIGKILL)
    judged.until(lambda: not judged.findings("leaked-end"), "it is no finding any more")


def test_a_pipeline(judged: Judged) -> None:
    judged.start(["sh", "-c", "sleep 1000 | cat; true"])
    no_leak(judged, judged.runs("cat"), "sleep 1000")


def test_a_pipeline_in_the_background_of_a_shell_that_has_ended(judged: Judged) -> None:
    judged.start(["sh", "-c", below_a_shell_that_ends("sleep 1000 | cat &")])
    reader = judged.runs("cat")
    end_the_shell(judged, "sleep 1000")
    judged.until(lambda: judged.model.processes[reader].orphaned, "the shell has ended")
    no_leak(judged, reader, "sleep 1000")


def test_a_shell_that_waits_for_its_job(judged: Judged) -> None:
    reader = judged.python(reads_output_of("sleep 1000 & wait"))
    no_leak(judged, reader, "sleep 1000")


def test_somebody_else_who_may_still_write(judged: Judged) -> None:
    reader = judged.python(reads_output_of("(sleep 1000 &) ; exec sleep 1001"))
    no_leak(judged, reader, "sleep 1000", "sleep 1001")


def test_a_shell_that_waits_for_its_job_and_has_let_go_of_the_end(judged: Judged) -> None:
    script = "(sleep 1000 & exec > /dev/null; read line < $0; wait) & read line < $1"
    reader = judged.python(reads_output_of(script))
    judged.runs("sleep 1000")
    judged.a.write_bytes(b"\n")
    judged.b.write_bytes(b"\n")
    judged.until(
        lambda: any(one.orphaned for one in judged.model.living()), "the subshell is an orphan"
    )
    no_leak(judged, reader, "sleep 1000")


def test_an_end_of_a_fifo_that_another_program_got(judged: Judged) -> None:
    judged.python(
        _IMPORTS + "sink = os.open(a, os.O_WRONLY)\nos.set_inheritable(sink, True)\n"
        f"subprocess.Popen(['sleep', '1000'], close_fds=False, env={_UNNAMED})\n"
        "os.close(sink)\ntime.sleep(1000)",
        "two",
    )
    no_leak(judged, judged.start(["cat", "a"]), "sleep 1000")


def test_an_end_that_its_starter_keeps_alive(judged: Judged) -> None:
    judged.start(["sh", "-c", "sleep 1000 > a & exec sleep 1001"], "two")
    reader = judged.start(["cat", "a"])
    no_leak(judged, reader, "sleep 1000")


@pytest.mark.parametrize(
    "named", ["'MAKEFLAGS': f'-j --jobserver-auth={source},{sink}'", "'FD': str(sink)"]
)
def test_an_end_that_was_handed_over_on_purpose(judged: Judged, named: str) -> None:
    environment = "{'PATH': os.environ['PATH'], " + named + "}"
    reader = judged.python(_HANDS_ON.format(environment=environment))
    no_leak(judged, reader, "sleep 1000")


@needs("make")
def test_a_jobserver(judged: Judged) -> None:
    (judged.directory / "Makefile").write_text(
        "all:\n\t+$(MAKE) one two\none two:\n\t@sleep 100$(if $(filter one,$@),1,2)\n"
    )
    judged.start(["make", "-j2"], stdout=subprocess.DEVNULL)
    judged.settled(judged.runs("sleep 1001"), state="sleeping")
    judged.settled(judged.runs("sleep 1002"), state="sleeping")
    assert judged.findings("leaked-end") == []


def test_an_orphan_that_has_written(judged: Judged) -> None:
    reader = judged.python(reads_output_of("(echo hello; exec sleep 1000) & exit"))
    no_leak(judged, reader, "sleep 1000")


def test_an_orphan_that_works(judged: Judged) -> None:
    reader = judged.python(reads_output_of("while :; do :; done & exit"))
    judged.blocked(reader, "read")
    judged.until(
        lambda: any(one.orphaned for one in judged.model.processes.values()), "it is an orphan"
    )
    assert judged.findings("leaked-end") == []


def test_a_second_child_that_closes_the_end_on_exec(judged: Judged) -> None:
    program = judged.directory / "closes.py"
    program.write_text(
        "import fcntl, os, time\n"
        "for fd in map(int, os.listdir('/dev/fd')):\n"
        "    try: fcntl.fcntl(fd, fcntl.F_SETFD, fcntl.FD_CLOEXEC)\n"
        "    except OSError: pass\n"
        "time.sleep(1000)"
    )
    code = _HANDS_ON.replace("'sleep', '1000'", "sys.executable, 'closes.py'")
    reader = judged.python(code.format(environment=_UNNAMED))
    no_leak(judged, reader, f"{sys.executable} closes.py")


def test_a_child_that_runs_the_same_program(judged: Judged) -> None:
    """As the workers of a process pool hold each other's pipes."""
    reader = judged.python(
        "import time\nsource, sink = os.pipe()\nos.set_inheritable(sink, True)\n"
        "if os.fork() == 0:\n  time.sleep(1000)\nos.close(sink)\nos.read(source, 1)"
    )
    judged.blocked(reader, "read")
    assert judged.findings("leaked-end") == []


@pytest.mark.parametrize(
    ("wait", "call"),
    [
        ("select.select([out], [], [], 600)", "poll"),
        ("select.select([out, os.open(a, os.O_RDONLY | os.O_NONBLOCK)], [], [])", "poll"),
        ("time.sleep(600)", None),
    ],
    ids=["with a time limit", "on something else as well", "not at all"],
)
def test_a_reader_that_does_not_wait_for_it_alone(
    judged: Judged, wait: str, call: str | None
) -> None:
    read = f"out = child.stdout.fileno(); os.read(out, 1); {wait}"
    reader = judged.python(reads_output_of("sleep 1000 & echo", read))
    judged.settled(judged.runs("sleep 1000"), state="sleeping")
    judged.settled(reader, call=call) if call else judged.settled(reader, state="sleeping")
    assert judged.findings("leaked-end") == []


def test_a_reader_that_has_not_read_all(judged: Judged) -> None:
    """An edge-triggered epoll(7) tells only of what is new."""
    read = (
        "out = child.stdout.fileno(); os.read(out, 1); p = select.epoll();"
        " p.register(out, select.EPOLLIN | select.EPOLLET); p.poll(); p.poll()"
    )
    reader = judged.python(reads_output_of("sleep 1000 & echo hello", read))
    no_leak(judged, reader, "sleep 1000", call="poll")
