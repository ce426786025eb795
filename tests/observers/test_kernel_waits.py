"""Every kind of wait, by real programs that wait so."""

from __future__ import annotations

import signal
import subprocess
from typing import Any

import pytest

from ipcviz.events import ProcessContinue, ProcessStart, ProcessStop, State, Wanted
from observers.watching import Watched
from programs import needs

HOLD_BOTH = "fa, fb = os.open(a, os.O_RDWR), os.open(b, os.O_RDWR)\n"


@pytest.mark.parametrize(("mode", "end"), [("os.O_RDONLY", "writer"), ("os.O_WRONLY", "reader")])
def test_an_open_waits_for_the_other_end(watched: Watched, mode: str, end: str) -> None:
    pid = watched.python(f"os.open(a, {mode})")
    state = watched.blocked(pid, "open", syscall="openat", channel="a")
    assert state.waits_for == (Wanted(channel="a", end=end),)  # type: ignore[arg-type]
    assert state.releasers is None
    assert not state.path_gone


@pytest.mark.parametrize(
    "opening",
    [
        "os.open('a', os.O_RDONLY)",
        "os.open('a', os.O_RDONLY, dir_fd=os.open('.', os.O_RDONLY))",
        "os.open('./sub/../a', os.O_RDONLY)",
    ],
)
def test_an_open_of_a_relative_path_is_found(watched: Watched, opening: str) -> None:
    (watched.directory / "sub").mkdir()
    pid = watched.python(opening)
    watched.blocked(pid, "open", channel="a")


def test_a_thread_other_than_the_main_one_waits_in_open(watched: Watched) -> None:
    pid = watched.python(
        "import threading\nthreading.Thread(target=os.open, args=(b, os.O_WRONLY)).start()"
    )
    threads = watched.until(
        lambda: {s.tid for s in watched.told(State, pid=pid)} - {pid}, "threads"
    )
    watched.settled(pid, threads.pop(), call="open", channel="b")


def test_a_read_waits_for_the_writers(watched: Watched) -> None:
    reader = watched.python("os.read(os.open(a, os.O_RDONLY), 1)")
    writer = watched.python("import time\nos.open(a, os.O_WRONLY)\ntime.sleep(600)", "two")
    state = watched.blocked(reader, "read", channel="a", releasers=(writer,))
    assert state.waits_for == (Wanted(channel="a", end="data"),)
    assert isinstance(state.fd, int)
    assert state.syscall is None
    assert not state.timed


def test_a_read_of_ones_own_pipe_waits_for_oneself(watched: Watched) -> None:
    pid = watched.python("os.read(os.open(a, os.O_RDWR), 1)")
    watched.blocked(pid, "read", channel="a", releasers=(pid,))


@pytest.mark.parametrize("call", ["os.write(fa, data)", "os.writev(fa, [data])"])
def test_a_write_to_a_full_pipe_waits_for_the_readers(watched: Watched, call: str) -> None:
    pid = watched.python(f"{HOLD_BOTH}data = bytes(100_000)\n{call}")
    state = watched.blocked(pid, "write", channel="a", releasers=(pid,))
    assert state.waits_for == (Wanted(channel="a", end="space"),)
    assert watched.fill("a").queued == watched.fill("a").capacity


@pytest.mark.parametrize(
    "wait",
    [
        "time.sleep(600)",
        "select.poll().poll(600_000)",
        "select.select([], [], [], 600)",
        "select.epoll().poll(600)",
        "threading.Lock().acquire() and threading.Event().wait(600)",
        "signal.sigtimedwait([signal.SIGUSR1], 600)",
        "os.execvp('sleep', ['sleep', '600'])",
    ],
)
def test_the_limit_of_a_wait(watched: Watched, wait: str) -> None:
    pid = watched.python(f"import select, signal, threading, time\n{wait}")
    limit = watched.settled(pid, timed=True).limit
    assert limit is not None
    assert 590 < limit <= 600


def test_an_end_is_waited_for_in_its_own_direction_only(watched: Watched) -> None:
    """Python asks an epoll(7) for both where nobody says which."""
    pid = watched.python(
        f"import select\n{HOLD_BOTH}reads = os.open(a, os.O_RDONLY)\n"
        "p = select.epoll()\np.register(reads)\np.poll()"
    )
    state = watched.blocked(pid, "poll")
    assert state.waits_for == (Wanted(channel="a", end="data"),)


def test_whatever_a_poll_is_on_is_told(watched: Watched) -> None:
    pid = watched.python(
        f"import select, socket\n{HOLD_BOTH}mine = socket.socket(type=socket.SOCK_DGRAM)\n"
        "select.select([fa, mine, os.eventfd(0)], [], [])"
    )
    assert watched.blocked(pid, "poll").waits_for == (
        Wanted(channel="a", end="data"),
        Wanted(on="a socket"),
        Wanted(on="an event counter"),
    )


WAITING = {
    "poll": "p = select.poll()\np.register(fa, 1); p.register(fb, 1)\np.poll({limit})",
    "select": "select.select([fa, fb], [], [], {limit})",
    "epoll_wait": "p = select.epoll()\np.register(fa, 1); p.register(fb, 1)\np.poll({limit})",
}


@pytest.mark.parametrize("timed", [False, True])
@pytest.mark.parametrize("exact", list(WAITING))
def test_a_poll_waits_on_every_descriptor(watched: Watched, exact: str, timed: bool) -> None:
    waiting = WAITING[exact].format(limit="600" if timed else "None")
    pid = watched.python(f"import select\n{HOLD_BOTH}{waiting}")
    state = watched.blocked(pid, "poll", timed=timed, releasers=(pid,))
    assert (state.syscall or state.call) in (exact, f"p{exact}", "pselect6", "epoll_pwait")
    assert set(state.waits_for) == {
        Wanted(channel="a", end="data"),
        Wanted(channel="b", end="data"),
    }
    assert state.channel is None
    assert state.on == "a or b"


def test_a_poll_on_one_pipe_names_it(watched: Watched) -> None:
    pid = watched.python(f"import select\n{HOLD_BOTH}select.select([fb], [], [])")
    assert watched.blocked(pid, "poll", channel="b").fd is not None


def test_a_poll_to_write_waits_for_space(watched: Watched) -> None:
    pid = watched.python(
        f"import select\n{HOLD_BOTH}os.set_blocking(fa, False)\nos.write(fa, bytes(65536))\n"
        "select.select([], [fa], [])"
    )
    state = watched.blocked(pid, "poll", channel="a")
    assert state.waits_for == (Wanted(channel="a", end="space"),)


def test_a_poll_without_descriptors_only_sleeps(watched: Watched) -> None:
    pid = watched.python("import select\nselect.poll().poll(600_000)")
    assert watched.settled(pid, state="sleeping").timed


def test_a_poll_on_an_event_counter_waits_for_those_who_hold_it(watched: Watched) -> None:
    pid = watched.python(
        "import select, time\nfd = os.eventfd(0)\nother = os.eventfd(0)\nchild = os.fork()\n"
        "if child == 0:\n  time.sleep(600)\n"
        "select.select([fd], [], [])"
    )
    state = watched.blocked(pid, "poll", on="an event counter")
    child = watched.started("eventfd")
    assert state.releasers is not None
    watched.settled(pid, releasers=tuple(sorted((pid, child))))


def test_a_wait_for_any_child(watched: Watched) -> None:
    pid = watched.python("import time\nif os.fork() == 0: time.sleep(600)\nos.wait()")
    child = watched.started("os.fork")
    state = watched.blocked(pid, "wait", syscall="wait4", releasers=(child,))
    assert state.waits_for == (Wanted(pids=(child,)),)


@pytest.mark.parametrize(
    "waiting",
    [
        "os.waitpid(second, 0)",
        "os.waitid(os.P_PID, second, os.WEXITED)",
        "os.waitid(os.P_PIDFD, os.pidfd_open(second), os.WEXITED)",
        "os.waitpid(-second, 0)",
    ],
)
def test_a_wait_for_one_of_two_children(watched: Watched, waiting: str) -> None:
    pid = watched.python(
        "import subprocess\nfirst = subprocess.Popen(['sleep', '601'])\n"
        f"second = subprocess.Popen(['sleep', '602'], process_group=0).pid\n{waiting}"
    )
    second = watched.started("sleep 602")
    state = watched.blocked(pid, "wait", releasers=(second,))
    assert state.waits_for == (Wanted(pids=(second,)),)


@needs("gcc")
def test_vfork_waits_for_its_child(watched: Watched) -> None:
    source = watched.directory / "vfork.c"
    source.write_text(
        "#include <unistd.h>\nint main(void) { if (vfork() == 0) { sleep(600); _exit(0); } }\n"
    )
    program = watched.directory / "vfork"
    subprocess.run(["gcc", "-w", "-o", program, source], check=True)
    pid = watched.start([str(program)])
    state = watched.blocked(pid, "wait", syscall="vfork")
    children = {event.pid for event in watched.told(ProcessStart, ppid=pid)}
    assert {one for wanted in state.waits_for for one in wanted.pids} == children


def test_a_sleep_waits_for_time_alone(watched: Watched) -> None:
    pid = watched.python("import time\ntime.sleep(600)")
    state = watched.settled(pid, state="sleeping", call="sleep")
    assert state.timed


@pytest.mark.parametrize("timed", [False, True])
def test_a_lock_waits_for_threads_of_its_own_process(watched: Watched, timed: bool) -> None:
    limit = "timeout=600" if timed else ""
    pid = watched.python(f"import threading\nl = threading.Lock()\nl.acquire()\nl.acquire({limit})")
    state = watched.blocked(
        pid, "futex", timed=timed, on="a lock among its own threads", releasers=(pid,)
    )
    assert state.waits_for[0].lock


@pytest.mark.parametrize("waiting", ["signal.pause()", "signal.sigwait([signal.SIGUSR1])"])
def test_a_pause_waits_for_a_signal(watched: Watched, waiting: str) -> None:
    pid = watched.python(
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\n"
        f"signal.signal(signal.SIGUSR1, lambda *_: None)\n{waiting}"
    )
    state = watched.blocked(pid, "pause", on="a signal")
    assert state.waits_for == (Wanted(signal="SIGUSR1"),)
    assert state.releasers is None


def test_a_program_that_waits_for_the_person_is_ready(watched: Watched) -> None:
    pid = watched.python("sys.stdin.readline()", stdin=subprocess.PIPE)
    state = watched.settled(pid, state="ready", call="read")
    assert state.on == "standard input"


def test_a_poll_of_the_standard_input_is_ready_too(watched: Watched) -> None:
    pid = watched.python("import select\nselect.select([0], [], [])", stdin=subprocess.PIPE)
    watched.settled(pid, state="ready", call="poll")


def test_a_child_that_reads_the_inherited_standard_input_is_ready(watched: Watched) -> None:
    watched.python("import subprocess\nsubprocess.run(['cat'])", stdin=subprocess.PIPE)
    watched.settled(watched.started("cat"), state="ready")


def test_a_busy_loop_runs(watched: Watched) -> None:
    pid = watched.python("while True: pass")
    watched.settled(pid, state="running")


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("os.read(os.open(a, os.O_RDWR), 1)", {"call": "read", "channel": "a"}),
        ("os.open(a, os.O_RDONLY)", {"call": "open", "channel": "a"}),
        (
            "import select\nselect.select([os.open(a, os.O_RDWR)], [], [], 600)",
            {"call": "poll", "channel": "a", "timed": True},
        ),
        (
            "import select\np = select.poll()\np.register(os.open(a, os.O_RDWR), 1)\np.poll()",
            {"call": "poll", "channel": "a", "timed": False},
        ),
        ("import time\ntime.sleep(600)", {"state": "sleeping", "call": "sleep"}),
        (
            "import threading\nl = threading.Lock()\nl.acquire()\nl.acquire(timeout=600)",
            {"call": "futex", "timed": True},
        ),
    ],
)
def test_a_wait_goes_on_after_a_stop(watched: Watched, code: str, fields: dict[str, Any]) -> None:
    pid = watched.python(code)
    watched.settled(pid, **fields)
    watched.programs["one"].send_signal(signal.SIGSTOP)
    watched.settled(pid, state="stopped")
    watched.programs["one"].send_signal(signal.SIGCONT)
    watched.settled(pid, **fields)
    assert len(watched.told(ProcessStop, pid=pid)) == 1
    assert len(watched.told(ProcessContinue, pid=pid)) == 1


def test_a_sleep_that_the_kernel_restarts_is_the_same_sleep(watched: Watched) -> None:
    pid = watched.start(["sleep", "600"])
    watched.settled(pid, state="sleeping", call="sleep")
    watched.programs["one"].send_signal(signal.SIGSTOP)
    watched.settled(pid, state="stopped")
    watched.programs["one"].send_signal(signal.SIGCONT)
    watched.settled(pid, state="sleeping", call="sleep")


def test_a_sleep_in_the_same_call_is_told_anew(watched: Watched) -> None:
    pid = watched.python("fd = os.open(a, os.O_RDWR)\nwhile True: os.read(fd, 1)")
    watched.blocked(pid, "read", channel="a")
    seen = len(watched.told(State, pid=pid))
    assert not watched.look()
    with open(watched.a, "wb") as pipe:
        pipe.write(b"x")
    again = watched.until(lambda: watched.told(State, pid=pid)[seen:], "told again")
    assert again[-1].call == "read" or watched.blocked(pid, "read")


def test_a_child_that_nobody_waits_for_is_a_zombie(watched: Watched) -> None:
    pid = watched.python("import time\nif os.fork() == 0: os._exit(3)\ntime.sleep(600)")
    child = watched.until(lambda: watched.told(ProcessStart, ppid=pid), "a child")[0].pid
    assert child is not None
    watched.settled(child, state="zombie")


def test_a_main_thread_that_ended_before_others_is_no_zombie(watched: Watched) -> None:
    pid = watched.python(
        "import ctypes, threading\nthreading.Thread(target=os.open, args=(a, 0)).start()\n"
        "ctypes.CDLL(None).pthread_exit(None)"
    )
    watched.settled(pid, state="exited")
    other = (watched.tids(pid) - {pid}).pop()
    watched.settled(pid, other, state="blocked", call="open")


@needs("perl")
def test_perl_waits_in_a_read(watched: Watched) -> None:
    pid = watched.start(["perl", "-e", f"open(F, '+<', '{watched.a}'); my $line = <F>;"])
    watched.blocked(pid, "read", channel="a")


def test_a_shell_waits_in_open(watched: Watched) -> None:
    pid = watched.start(["sh", "-c", 'read line < "$0"', str(watched.a)])
    watched.blocked(pid, "open", channel="a")
