"""Who appears, runs another program, and ends; and who plays which role."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipcviz.events import ProcessExec, ProcessExit, ProcessStart, Signals, State
from ipcviz.observers.kernel.observer import Claim
from ipcviz.observers.kernel.procfs import ProcFile
from observers.watching import Watched


@pytest.fixture
def casting(tmp_path: Path) -> Iterator[Watched]:
    """`one` starts a worker, whatever it runs, and a main that is known by its command line."""
    claims = (Claim("worker", "one"), Claim("main", "one", match="sleep 601"))
    watched = Watched(tmp_path, claims)
    yield watched
    watched.close()


def role_of(watched: Watched, pid: int) -> str | None:
    """The role that a process was last told to play."""
    told: list[ProcessStart | ProcessExec] = [*watched.told(ProcessStart, pid=pid)]
    return [*told, *watched.told(ProcessExec, pid=pid)][-1].role


@pytest.mark.parametrize(
    ("ending", "code", "name"),
    [
        ("exit 0", 0, None),
        ("exit 7", 7, None),
        ("kill -TERM $$", None, "SIGTERM"),
        ("kill -KILL $$", None, "SIGKILL"),
    ],
)
def test_how_a_grandchild_ended(
    watched: Watched, ending: str, code: int | None, name: str | None
) -> None:
    script = f'read line < "$0"; {ending}'
    pid = watched.python(
        f"import subprocess\nsubprocess.run(['sh', '-c', {script!r}, a])\nsys.stdin.read()"
    )
    child = watched.started("sh -c")
    watched.blocked(child, "open")
    watched.a.write_bytes(b"\n")
    event = watched.ended(child)
    assert (event.code, event.signal) == (code, name)
    assert not watched.told(ProcessExit, pid=pid)


def test_a_grandchild_is_told_with_its_parent_and_its_command(watched: Watched) -> None:
    pid = watched.python("import subprocess\nsubprocess.run(['sleep', '600'])")
    child = watched.started("sleep 600")
    (start,) = watched.told(ProcessStart, pid=child)
    assert (start.ppid, start.role, start.source) == (pid, None, "kernel")
    assert not watched.told(ProcessStart, pid=pid)


def test_a_program_that_runs_another(watched: Watched) -> None:
    pid = watched.python("os.read(os.open(a, os.O_RDWR), 1)\nos.execvp('sleep', ['sleep', '600'])")
    watched.blocked(pid, "read")
    assert not watched.told(ProcessExec)
    watched.a.write_bytes(b"x")
    watched.until(lambda: watched.told(ProcessExec, pid=pid), "another program")
    assert watched.told(ProcessExec)[-1].command == ("sleep", "600")


def test_an_orphan_becomes_ours_and_can_be_reaped(watched: Watched) -> None:
    pid = watched.python(
        "import subprocess\nsubprocess.run(['sh', '-c', 'sh -c \"read l < $0; exit 5\" $0 &', a])\n"
        "os.open(b, os.O_RDONLY)"
    )
    watched.blocked(pid, "open", channel="b")
    orphan = watched.started("sh -c read")
    watched.blocked(orphan, "open", channel="a")
    assert watched.observer.orphans == []
    watched.a.write_bytes(b"\n")
    watched.until(lambda: orphan in watched.observer.orphans, "it is a zombie of ours")
    assert watched.ended(orphan).code == 5


def test_a_process_that_was_an_orphan_when_first_seen(watched: Watched) -> None:
    pid = watched.python(
        "import subprocess\nsubprocess.run(['sh', '-c', 'sleep 601 &'])\n"
        "subprocess.Popen(['sleep', '602'])\nos.open(a, os.O_RDONLY)"
    )
    watched.sleeps(pid)
    watched.started("sleep 602")
    orphaned = {one.command: one.orphaned for one in watched.told(ProcessStart)}
    assert orphaned == {("sleep", "601"): True, ("sleep", "602"): False}


def test_an_orphan_is_found_though_nobody_else_is_left(watched: Watched) -> None:
    watched.start(["sh", "-c", "sleep 601 &"])
    watched.programs["one"].wait()
    orphan = watched.started("sleep 601")
    assert [one.pid for one in watched.told(ProcessStart)] == [orphan]


def test_a_thread_that_ends_is_told(watched: Watched) -> None:
    pid = watched.python(
        "import threading, time\n"
        "threading.Thread(target=lambda: os.read(os.open(a, os.O_RDWR), 1)).start()\n"
        "time.sleep(600)"
    )
    watched.until(lambda: len(watched.tids(pid)) == 2, "a thread")
    (tid,) = watched.tids(pid) - {pid}
    watched.blocked(pid, "read", tid=tid)
    watched.a.write_bytes(b"x")
    watched.until(lambda: watched.told(State, pid=pid, tid=tid, state="exited"), "it ends")


def test_signal_sets(watched: Watched) -> None:
    pid = watched.python(
        "import signal, time\nsignal.signal(signal.SIGUSR1, lambda *_: None)\n"
        "signal.signal(signal.SIGUSR2, signal.SIG_IGN)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, signal.SIGRTMIN + 3])\n"
        "time.sleep(600)"
    )
    watched.settled(pid, state="sleeping")
    sets = watched.told(Signals, pid=pid)[-1]
    assert sets.blocked == ("SIGTERM", "SIGRTMIN+3")
    assert sets.pending == ()
    assert "SIGUSR1" in sets.caught
    assert "SIGUSR2" in sets.ignored
    assert watched.observer.quiet()
    os.kill(pid, signal.SIGTERM)
    assert not watched.observer.quiet()
    watched.look()
    assert watched.told(Signals, pid=pid)[-1].pending == ("SIGTERM",)


FORK = "if os.fork() == 0: time.sleep(600)\n"
START = "subprocess.Popen(['sleep', '601'])\n"


@pytest.mark.parametrize("code", [FORK + START, START + FORK], ids=["fork first", "exec first"])
def test_a_match_finds_its_role_and_the_other_child_the_other(casting: Watched, code: str) -> None:
    casting.python(f"import subprocess, time\n{code}os.wait()")
    main = casting.started("sleep 601")
    casting.until(lambda: len(casting.told(ProcessStart)) == 2, "two children")
    (worker,) = {event.pid for event in casting.told(ProcessStart)} - {main}
    assert worker is not None
    assert role_of(casting, main) == "main"
    assert role_of(casting, worker) == "worker"
    assert casting.settled(worker, state="sleeping").role == "worker"
    roles = {event.role for event in casting.told(ProcessStart, pid=main)}
    assert roles <= {"main", None}


def test_a_role_can_be_played_anew(casting: Watched) -> None:
    casting.python("import subprocess\n" + "subprocess.run(['sleep', '601'])\n" * 2)
    first = casting.started("sleep 601")
    os.kill(first, signal.SIGKILL)
    assert casting.ended(first).role == "main"
    second = casting.until(
        lambda: (
            {event.pid for event in [*casting.told(ProcessStart), *casting.told(ProcessExec)]}
            - {first}
        ),
        "another",
    ).pop()
    assert second is not None
    casting.until(lambda: role_of(casting, second) == "main", "it plays main")


def test_a_child_further_down_is_matched(casting: Watched) -> None:
    casting.python("import subprocess\nsubprocess.run(['sh', '-c', 'sleep 601; exit'])")
    shell = casting.started("sh -c")
    inner = casting.until(lambda: casting.told(ProcessStart, ppid=shell), "the shell's child")[0]
    assert inner.pid is not None
    casting.settled(inner.pid, state="sleeping")


def test_it_works_without_keeping_files_open(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProcFile, "KEPT_AT_MOST", 0)
    opened = len(os.listdir("/proc/self/fd"))
    pid = watched.python("import subprocess\nsubprocess.run(['sleep', '600'])")
    watched.blocked(pid, "wait")
    assert len(os.listdir("/proc/self/fd")) == opened + len(("pidfd", "pidfd"))


def test_closing_lets_go_of_every_file(watched: Watched) -> None:
    opened = len(os.listdir("/proc/self/fd"))
    pid = watched.python("import subprocess\nsubprocess.run(['sleep', '600'])")
    watched.blocked(pid, "wait")
    assert len(os.listdir("/proc/self/fd")) > opened
    watched.observer.close()
    assert len(os.listdir("/proc/self/fd")) == opened
