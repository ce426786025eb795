"""self-held-end: a reader that keeps its own end of file away."""

from __future__ import annotations

import pytest

from diagnoses.judging import Judged

RULE = "self-held-end"
_READS = "fd = os.open(b, os.O_RDWR)\nos.read(fd, 1)"
_SLEEPS = "import time\ntime.sleep(600)"
_NEVER_ENDS = """
r, w = os.pipe()
if os.fork() == 0:
    os.write(w, b"x")
    os._exit(0)
os.wait()
while os.read(r, 1): pass
"""
POLLS = {
    "select": "import select\nselect.select([os.open(b, os.O_RDWR)], [], [])",
    "epoll": (
        "import select\nfd = os.open(b, os.O_RDWR)\npoll = select.epoll()\n"
        "poll.register(fd, select.EPOLLIN)\npoll.poll()"
    ),
    "beside a pipe of its own": (
        "import select\nselect.select([os.open(b, os.O_RDWR), os.pipe()[0]], [], [])\n"
    ),
}
WAITS_OTHERWISE = {
    "holds no write end": "os.read(os.open(b, os.O_RDONLY | os.O_NONBLOCK), 1)\n" + _SLEEPS,
    "for a while": "import select\nselect.select([os.open(b, os.O_RDWR)], [], [], 600)",
    "for a network, too": (
        "import select, socket\nserver = socket.create_server(('127.0.0.1', 0))\n"
        "select.select([os.open(b, os.O_RDWR), server], [], [])"
    ),
    "for another of its threads": (
        "import threading, time\nr, w = os.pipe()\n"
        "threading.Thread(target=time.sleep, args=(600,)).start()\nos.read(r, 1)"
    ),
}


def test_while_the_other_role_is_not_started(judged: Judged) -> None:
    pid = judged.python(_READS)
    finding = judged.found(RULE, severity="info", certain=True, pids=(pid,), channel="b")
    fd = judged.fill("b").writers[0].fd
    assert finding.what == "one waits for data on b."
    assert finding.why == (
        f"It holds a write end of it itself (fd {fd}), so no end of file can come,"
        " and two is not started."
    )
    assert finding.do == "To learn when the others are gone, let one open b with O_RDONLY."
    assert judged.alarms() == []


def test_while_another_runs_that_could_write(judged: Judged) -> None:
    other = judged.python("os.open(b, os.O_RDWR)\n" + _SLEEPS, "two")
    judged.settled(other, state="sleeping")
    judged.python(_READS)
    finding = judged.found(RULE, severity="info")
    assert finding.why.endswith("; else only two can write to it.")
    assert judged.alarms() == []


def test_nobody_is_left_once_the_other_is_killed(judged: Judged) -> None:
    judged.settled(judged.python(_SLEEPS, "two"), state="sleeping")
    pid = judged.python(_READS)
    judged.found(RULE, severity="info")
    judged.kill("two")
    finding = judged.found(RULE, severity="warning", certain=True, pids=(pid,), channel="b")
    assert finding.what == "one waits for data on b, and nobody is left who could answer one."
    assert finding.why.endswith(", and two has ended.")
    assert finding.do.startswith("Start two again, or end one;")


def test_a_pipe_whose_write_end_was_not_closed(judged: Judged) -> None:
    judged.settled(judged.python(_SLEEPS, "two"), state="sleeping")
    judged.kill("two")
    pid = judged.python(_NEVER_ENDS)
    judged.blocked(pid, "read")
    finding = judged.found(RULE, severity="warning", pids=(pid,))
    (end,) = judged.fill(str(finding.channel)).writers
    assert finding.what.startswith("one waits for data on its pipe, and nobody is left")
    assert f"let one close fd {end.fd} before it reads" in finding.do


@pytest.mark.parametrize("code", POLLS.values(), ids=POLLS)
def test_a_poll(judged: Judged, code: str) -> None:
    pid = judged.python(code)
    judged.found(RULE, severity="info", pids=(pid,), channel="b")


def test_an_onlooker_only_remarks_on_a_server(onlooker: Judged) -> None:
    pid = onlooker.python(_READS)
    onlooker.found(RULE, severity="info", pids=(pid,))
    assert onlooker.alarms() == []


def test_a_signal_could_still_end_the_wait_of_another(judged: Judged) -> None:
    other = judged.python("import signal\nsignal.pause()", "two")
    judged.blocked(other, "pause")
    judged.python(_READS)
    judged.found(RULE, severity="warning", certain=False)


def test_a_deadlock_explains_it_better(judged: Judged) -> None:
    both = "ends = [os.open(path, os.O_RDWR) for path in (a, b)]\n"
    one = judged.python(both + "os.read(ends[1], 1)")
    two = judged.python(both + "os.read(ends[0], 1)", "two")
    judged.blocked(one, "read")
    judged.blocked(two, "read")
    judged.found("deadlock")
    assert {finding.severity for finding in judged.findings(RULE)} == {"info"}


@pytest.mark.parametrize("code", WAITS_OTHERWISE.values(), ids=WAITS_OTHERWISE)
def test_one_that_waits_otherwise(judged: Judged, code: str) -> None:
    pid = judged.python(code)
    judged.until(lambda: _asleep(judged, pid), "it sleeps")
    assert judged.findings(RULE) == []


def test_a_reader_beside_whom_somebody_keeps_the_pipe_open(judged: Judged) -> None:
    keeper = judged.python("os.open(b, os.O_RDWR)\n" + _SLEEPS, "two")
    judged.settled(keeper, state="sleeping")
    pid = judged.python("os.read(os.open(b, os.O_RDONLY), 1)")
    judged.blocked(pid, "read")
    assert judged.findings(RULE) == []


def _asleep(judged: Judged, pid: int) -> bool:
    state = judged.state(pid)
    return state is not None and state.agreed and state.call in ("read", "poll", "sleep")
