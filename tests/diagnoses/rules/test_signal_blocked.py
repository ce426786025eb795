"""signal-blocked: signals that wait for a process that never takes them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable

import pytest

from diagnoses.judging import Judged
from ipcviz.diagnoses.rule import WAITED_LONG

USR1 = "signal.SIGUSR1"
IMPORTS = "import ctypes, select, signal, threading, time\n"
SLEEP = "time.sleep(600)"
SECTION = "os.read(os.open(a, os.O_RDWR), 1)\n"
"""It goes on once the test has written to a."""


def blocks(*names: str) -> str:
    """Python that blocks these signals in the thread that runs it."""
    return IMPORTS + f"signal.pthread_sigmask(signal.SIG_BLOCK, {{{', '.join(names)}}})\n"


def sent(judged: Judged, code: str, *numbers: int, state: str = "sleeping") -> int:
    """Start Python code, send it signals once it is in this state, and wait until they are told to
    be pending; its pid."""
    pid = judged.python(code)
    judged.settled(pid, state=state)
    for number in numbers:
        os.kill(pid, number)
    pending(judged, pid, numbers)
    return pid


def pending(judged: Judged, pid: int, numbers: Iterable[int]) -> None:
    """Look until these signals wait for a process."""
    names = {signal.Signals(number).name for number in numbers}

    def told() -> bool:
        signals = judged.model.processes[pid].signals
        return signals is not None and names == set(signals.pending)

    judged.until(told, f"{names} wait")


def test_a_signal_that_is_blocked(judged: Judged) -> None:
    pid = sent(judged, blocks(USR1) + SLEEP, signal.SIGUSR1)
    finding = judged.found("signal-blocked", pids=(pid,))
    assert (finding.severity, finding.certain, finding.role) == ("warning", False, "one")
    assert finding.what.startswith("SIGUSR1 was sent to one, which blocks it")
    assert "A mask survives execve(2)" in finding.why


def test_several_of_them(judged: Judged) -> None:
    code = blocks(USR1, "signal.SIGTERM") + SLEEP
    sent(judged, code, signal.SIGUSR1, signal.SIGTERM)
    assert judged.found("signal-blocked").what.startswith("SIGTERM and SIGUSR1 were sent to one")


def test_one_that_was_blocked_before_another_program_began(judged: Judged) -> None:
    code = blocks("signal.SIGTERM") + "os.execvp('sleep', ['sleep', '600'])"
    judged.python(code)
    pid = judged.runs("sleep 600")
    os.kill(pid, signal.SIGTERM)
    judged.found("signal-blocked", pids=(pid,))


def test_a_program_that_runs(judged: Judged) -> None:
    code = blocks(USR1) + SECTION + "while True: pass"
    pid = sent(judged, code, signal.SIGUSR1, state="blocked")
    judged.a.write_bytes(b"x")
    judged.until(lambda: judged.model.processes[pid].state == "running", "it runs")
    judged.found("signal-blocked", pids=(pid,))


def test_one_that_has_a_handler_for_it(judged: Judged) -> None:
    handler = "signal.signal(signal.SIGUSR1, print)\n"
    sent(judged, blocks(USR1) + handler + SLEEP, signal.SIGUSR1)
    assert "A handler that still runs" in judged.found("signal-blocked").why


def test_several_threads_that_all_block_it(judged: Judged) -> None:
    code = blocks(USR1) + f"threading.Thread(target=time.sleep, args=(600,)).start()\n{SLEEP}"
    pid = judged.python(code)
    judged.until(lambda: len(judged.tids(pid)) == 2, "two threads")
    os.kill(pid, signal.SIGUSR1)
    assert judged.found("signal-blocked").why.startswith("It is in the mask of each of its threads")


def test_the_end_of_a_child_that_nobody_waits_for(judged: Judged) -> None:
    code = blocks("signal.SIGCHLD") + "if os.fork() == 0: os._exit(0)\n" + SLEEP
    pid = judged.python(code)
    judged.found("signal-blocked", pids=(pid,))


def test_other_signals_do_not_put_it_off(judged: Judged) -> None:
    """Since when it waits is known of each signal for itself."""
    pid = sent(judged, blocks(USR1, "signal.SIGUSR2") + SLEEP, signal.SIGUSR1)
    since = judged.model.processes[pid].undelivered["SIGUSR1"]
    os.kill(pid, signal.SIGUSR2)
    pending(judged, pid, [signal.SIGUSR1, signal.SIGUSR2])
    assert judged.model.processes[pid].undelivered["SIGUSR1"] == since


def test_in_one_look_at_strangers(onlooker: Judged) -> None:
    pid = sent(onlooker, blocks(USR1) + SLEEP, signal.SIGUSR1)
    onlooker.found("signal-blocked", pids=(pid,))


def test_only_once_it_has_lasted(judged: Judged) -> None:
    sent(judged, blocks(USR1) + SLEEP, signal.SIGUSR1)
    judged.found("signal-blocked")
    assert judged.findings("signal-blocked", after=0) == []


def test_a_critical_section_that_is_over(judged: Judged) -> None:
    handler = "signal.signal(signal.SIGUSR1, lambda *_: None)\n"
    unblock = f"signal.pthread_sigmask(signal.SIG_UNBLOCK, {{{USR1}}})\n"
    code = blocks(USR1) + handler + SECTION + unblock + SLEEP
    pid = sent(judged, code, signal.SIGUSR1, state="blocked")
    judged.found("signal-blocked")
    judged.a.write_bytes(b"x")
    judged.settled(pid, state="sleeping")
    assert judged.findings("signal-blocked") == []


def test_a_signal_that_comes_and_is_taken_again_and_again(judged: Judged) -> None:
    """Every look may see another one that waits, as of a program that wakes so often."""
    handler = "signal.signal(signal.SIGUSR1, lambda *_: None)\n"
    code = blocks(USR1) + handler + SECTION + "while True: time.sleep(0.01)"
    pid = sent(judged, code, signal.SIGUSR1, state="blocked")
    judged.a.write_bytes(b"x")
    judged.settled(pid, state="sleeping")
    began = judged.model.processes[pid].undelivered["SIGUSR1"]
    judged.until(lambda: judged.log.now() - began > WAITED_LONG, "it has lasted")
    assert judged.findings("signal-blocked", after=0) == []


@pytest.mark.parametrize("name", ["SIGCONT", "SIGURG", "SIGWINCH"])
def test_signals_that_need_no_delivery(judged: Judged, name: str) -> None:
    sent(judged, blocks(f"signal.{name}") + SLEEP, signal.Signals[name])
    assert judged.findings("signal-blocked") == []


def test_a_signal_that_is_ignored(judged: Judged) -> None:
    ignore = f"signal.signal({USR1}, signal.SIG_IGN)\n"
    sent(judged, blocks(USR1) + ignore + SLEEP, signal.SIGUSR1)
    assert judged.findings("signal-blocked") == []


def test_the_end_of_a_child_that_was_waited_for(judged: Judged) -> None:
    child = "if os.fork() == 0: os._exit(0)\nos.wait()\n"
    sent(judged, blocks("signal.SIGCHLD") + child + SLEEP, signal.SIGCHLD)
    assert judged.findings("signal-blocked") == []


def test_a_signal_that_another_thread_takes(judged: Judged) -> None:
    code = (
        blocks(USR1) + "def takes():\n"
        "    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})\n"
        "    " + SECTION + "\n"
        "signal.signal(signal.SIGUSR1, lambda *_: None)\n"
        "threading.Thread(target=takes).start()\n" + SLEEP
    )
    pid = judged.python(code)
    judged.until(lambda: len(judged.tids(pid)) == 2, "two threads")
    (other,) = judged.tids(pid) - {pid}
    judged.blocked(pid, "read", tid=other)
    os.kill(pid, signal.SIGUSR1)
    judged.until(judged.observer.quiet, "it was taken")
    assert judged.findings("signal-blocked") == []


def test_a_signal_for_a_signalfd(judged: Judged) -> None:
    mask = "(1 << signal.SIGUSR1 - 1).to_bytes(128, 'little')"
    code = blocks(USR1) + f"ctypes.CDLL(None).signalfd(-1, {mask}, 0)\n" + SLEEP
    sent(judged, code, signal.SIGUSR1)
    assert judged.findings("signal-blocked") == []


@pytest.mark.parametrize(
    ("waits", "call"),
    [
        ("signal.sigwait({signal.SIGUSR1})", "pause"),
        ("ctypes.CDLL(None).ppoll(None, 0, None, bytes(128))", "poll"),
    ],
)
def test_a_daemon_that_waits_for_its_signals_and_is_slow(
    judged: Judged, waits: str, call: str
) -> None:
    handler = "ctypes.CDLL(None).signal(10, ctypes.cast(ctypes.CDLL(None).abs, ctypes.c_void_p))\n"
    pid = judged.python(blocks(USR1) + handler + waits + "\nos.open(a, os.O_RDONLY)")
    judged.blocked(pid, call)
    os.kill(pid, signal.SIGUSR1)
    judged.blocked(pid, "open")
    os.kill(pid, signal.SIGUSR1)
    pending(judged, pid, [signal.SIGUSR1])
    assert judged.findings("signal-blocked") == []


def test_a_process_that_is_stopped(judged: Judged) -> None:
    pid = sent(judged, blocks(USR1) + SLEEP, signal.SIGUSR1)
    os.kill(pid, signal.SIGSTOP)
    judged.settled(pid, state="stopped")
    assert judged.findings("signal-blocked") == []
