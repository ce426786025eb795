"""What a process blocks, what waits for it and what it takes anyhow; and what stopped it."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterator

import pytest

from ipcviz.events import ProcessContinue, ProcessStop, Signals, State, Wanted
from observers.control_group import ControlGroup
from observers.watching import Watched

_BLOCK = "signal.pthread_sigmask(signal.SIG_BLOCK, {{{}}})\n"
BLOCK_USR1 = "import ctypes, select, signal, threading, time\n" + _BLOCK.format("signal.SIGUSR1")
BLOCK_BOTH = BLOCK_USR1 + _BLOCK.format("signal.SIGUSR2")
SIGNALFD = "ctypes.CDLL(None).signalfd(-1, (1 << signal.SIGUSR1 - 1).to_bytes(128, 'little'), 0)\n"
THREAD = """
def other():
    {}
    os.read(fa, 1)
fa = os.open(a, os.O_RDWR)
threading.Thread(target=other).start()
{}
time.sleep(600)
"""
UNBLOCK = "signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})"
PSELECT = """
libc = ctypes.CDLL(None)
libc.signal(signal.SIGUSR2, ctypes.cast(libc.abs, ctypes.c_void_p))
libc.ppoll(None, 0, None, (0).to_bytes(128, 'little'))
os.open(a, os.O_RDONLY)
"""


def sets(watched: Watched, pid: int) -> Signals:
    """The signal sets that were last told."""
    return watched.told(Signals, pid=pid)[-1]


def settled_threads(watched: Watched, pid: int) -> int:
    """Wait until the main thread sleeps and another reads; that one's id."""
    watched.settled(pid, state="sleeping")
    watched.until(lambda: len(watched.tids(pid)) == 2, "two threads")
    (other,) = watched.tids(pid) - {pid}
    watched.blocked(pid, "read", tid=other)
    return other


@pytest.mark.parametrize("main", [UNBLOCK, "pass"], ids=["main takes it", "main blocks it"])
@pytest.mark.parametrize("other", [UNBLOCK, "pass"], ids=["other takes it", "other blocks it"])
def test_blocked_is_what_every_thread_blocks(watched: Watched, main: str, other: str) -> None:
    pid = watched.python(BLOCK_USR1 + THREAD.format(other, main))
    settled_threads(watched, pid)
    assert sets(watched, pid).blocked == (("SIGUSR1",) if main == other == "pass" else ())


def test_a_thread_that_changes_its_mask_later(watched: Watched) -> None:
    body = f"os.read(fa, 1); {UNBLOCK}"
    pid = watched.python(BLOCK_USR1 + THREAD.format(body, "pass"))
    settled_threads(watched, pid)
    assert sets(watched, pid).blocked == ("SIGUSR1",)
    watched.a.write_bytes(b"x")
    watched.until(lambda: sets(watched, pid).blocked == (), "nothing is blocked any more")


def test_a_signal_for_one_thread_is_pending(watched: Watched) -> None:
    pid = watched.python(BLOCK_USR1 + THREAD.format("pass", "pass"))
    other = settled_threads(watched, pid)
    watched.until(watched.observer.quiet, "it is at rest")
    ctypes.CDLL(None).tgkill(pid, other, signal.SIGUSR1)
    assert not watched.observer.quiet()
    watched.look()
    assert sets(watched, pid).pending == ("SIGUSR1",)


def test_a_signal_for_the_process_that_was_taken_is_not_pending_any_more(watched: Watched) -> None:
    main = "os.read(os.open(b, os.O_RDWR), 1); signal.sigwait({signal.SIGUSR1})"
    pid = watched.python(BLOCK_USR1 + THREAD.format("pass", main))
    watched.until(lambda: len(watched.tids(pid)) == 2, "two threads")
    for tid in watched.tids(pid):
        watched.blocked(pid, "read", tid=tid)
    os.kill(pid, signal.SIGUSR1)
    watched.until(lambda: sets(watched, pid).pending == ("SIGUSR1",), "it waits")
    watched.b.write_bytes(b"x")
    watched.until(lambda: sets(watched, pid).pending == (), "it was taken")


def test_a_signal_that_a_signalfd_takes(watched: Watched) -> None:
    pid = watched.python(BLOCK_BOTH + SIGNALFD + "time.sleep(600)")
    watched.settled(pid, state="sleeping")
    assert sets(watched, pid).accepted == ()
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        os.kill(pid, number)
    watched.until(lambda: len(sets(watched, pid).pending) == 2, "both wait")
    assert sets(watched, pid).accepted == ("SIGUSR1",)


def test_signals_that_a_program_waits_for_at_times(watched: Watched) -> None:
    pid = watched.python(BLOCK_BOTH + "signal.sigwait({signal.SIGUSR1})\nos.open(a, os.O_RDONLY)")
    state = watched.blocked(pid, "pause", syscall="rt_sigtimedwait")
    assert state.waits_for == (Wanted(signal="SIGUSR1"),)
    os.kill(pid, signal.SIGUSR1)
    watched.blocked(pid, "open")
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        os.kill(pid, number)
    watched.until(lambda: len(sets(watched, pid).pending) == 2, "both wait")
    assert sets(watched, pid).accepted == ("SIGUSR1",)


def test_signals_that_a_call_lets_come_while_it_waits(watched: Watched) -> None:
    pid = watched.python(BLOCK_BOTH + PSELECT)
    watched.blocked(pid, "poll", syscall="ppoll")
    os.kill(pid, signal.SIGUSR2)
    watched.blocked(pid, "open")
    os.kill(pid, signal.SIGUSR1)
    watched.until(lambda: sets(watched, pid).pending == ("SIGUSR1",), "it waits")
    assert sets(watched, pid).accepted == ("SIGUSR1",)


def test_what_the_program_before_took_counts_no_more(watched: Watched) -> None:
    pid = watched.python(
        BLOCK_USR1 + "signal.sigwait({signal.SIGUSR1})\nos.execvp('sleep', ['sleep', '600'])"
    )
    watched.blocked(pid, "pause")
    os.kill(pid, signal.SIGUSR1)
    watched.settled(pid, state="sleeping")
    os.kill(pid, signal.SIGUSR1)
    watched.until(lambda: sets(watched, pid).pending == ("SIGUSR1",), "it waits")
    assert sets(watched, pid).accepted == ()


@pytest.mark.parametrize("name", ["SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"])
def test_the_signal_that_stopped_a_process(watched: Watched, name: str) -> None:
    # In a group of its own: only SIGSTOP stops an orphaned one, as this may be (setpgid(2)).
    pid = watched.start(["sleep", "600"], process_group=0)
    watched.settled(pid, state="sleeping")
    os.kill(pid, signal.Signals[name])
    watched.settled(pid, state="stopped")
    assert [event.signal for event in watched.told(ProcessStop)] == [name]
    os.kill(pid, signal.SIGCONT)
    watched.settled(pid, state="sleeping")
    assert len(watched.told(ProcessContinue, pid=pid)) == 1


def test_one_that_is_held_by_a_tracer(watched: Watched) -> None:
    tracer = watched.python(
        "import ctypes, signal, time\n"
        "if os.fork() == 0:\n"
        "    ctypes.CDLL(None).ptrace(0, 0, 0, 0)  # PTRACE_TRACEME\n"
        "    os.kill(os.getpid(), signal.SIGSTOP)\n"
        "time.sleep(600)"
    )
    (stop,) = watched.until(lambda: watched.told(ProcessStop), "it is held")
    assert stop.signal is None
    assert stop.pid is not None
    state = watched.settled(stop.pid, state="stopped")
    assert state.waits_for == (Wanted(pids=(tracer,)),)
    assert state.on == "a tracer, by ptrace(2)"


@pytest.fixture
def control_group() -> Iterator[ControlGroup]:
    group = ControlGroup()
    yield group
    group.close()


@pytest.mark.parametrize(
    "code",
    ["os.read(os.open(a, os.O_RDWR), 1)", "import time\ntime.sleep(600)", "while True: pass"],
    ids=["reads", "sleeps", "runs"],
)
def test_one_that_its_control_group_has_frozen(
    watched: Watched, control_group: ControlGroup, code: str
) -> None:
    pid = watched.python(code)
    watched.until(lambda: watched.told(State, pid=pid), "it was seen")
    control_group.add(pid)
    control_group.freeze(True)
    state = watched.settled(pid, state="stopped")
    assert "control group" in str(state.on)
    assert [event.signal for event in watched.told(ProcessStop, pid=pid)] == [None]
    control_group.freeze(False)
    watched.until(lambda: watched.told(ProcessContinue, pid=pid), "it goes on")
