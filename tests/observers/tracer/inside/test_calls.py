"""What a traced program records of its calls: lines, results, contents and failures."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from observers.tracer.inside.pythons import VERSIONS, find
from observers.tracer.inside.running import Recorded, Told, environment, ring_directory, run, shown
from waiting import wait_until


@pytest.mark.parametrize("version", VERSIONS)
def test_calls_on_descriptors_are_recorded_with_line_result_and_contents(version: str) -> None:
    python = find(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    ran = run(
        "import os\n"
        "r, w = os.pipe()\n"
        "os.write(w, b'abc')\n"
        "os.write(w, bytearray(b'x' * 5000))\n"
        "os.read(r, 3), os.read(r, 90)\n"
        "os.readv(r, [bytearray(100), bytearray(65536)])\n"
        "os.writev(w, [b'1', b'2'])\n"
        "c = os.dup(w)\n"
        "os.close(w); os.write(c, b'')\n"
        "open('/dev/null').close()\n",
        python=python,
    )
    assert ran.process.stderr == b""
    x = b"x"
    assert shown(ran.told) == [
        ("pipe", -1, 2, 0, b"3 4"),
        ("write", 4, 3, 3, b"abc"),
        ("write", 4, 4, 5000, x * layout.DATA_AT_MOST),
        ("read", 3, 5, 3, b"abc"),
        ("read", 3, 5, 90, x * 90),
        ("read", 3, 6, 4910, x * layout.DATA_AT_MOST),
        ("write", 4, 7, 2, b"12"),
        ("dup", 4, 8, 5, b""),
        ("close", 4, 9, 0, b""),
        ("write", 5, 9, 0, b""),
    ]
    for one in ran.told:
        began, ended = one.record[:2]
        assert 0 < began <= ended
        assert one.site.file == "<string>"
        assert one.site.key is not None
        assert one.errno == 0


def test_other_ways_to_duplicate_and_to_send_are_recorded() -> None:
    ran = run(
        "import fcntl, os, signal\n"
        "r, w = os.pipe()\n"
        "fcntl.fcntl(w, fcntl.F_DUPFD, 50)\n"
        "fcntl.fcntl(w, fcntl.F_GETFL)\n"
        "os.write(50, b'abc')\n"
        "signal.pidfd_send_signal(os.pidfd_open(os.getpid()), 0)\n"
    )
    assert shown(ran.told) == [
        ("pipe", -1, 2, 0, b"3 4"),
        ("dup", 4, 3, 50, b""),
        ("write", 50, 5, 3, b"abc"),
        ("kill", -1, 6, layout.UNFINISHED, b"%d 0" % ran.pid),
        ("kill", -1, 6, 0, b"%d 0" % ran.pid),
    ]


def test_failures_are_recorded_with_their_errno() -> None:
    ran = run(
        "import os, signal\n"
        "r, w = os.pipe2(os.O_NONBLOCK)\n"
        "def attempt(call, *args):\n"
        "    try: call(*args)\n"
        "    except OSError: pass\n"
        "attempt(os.read, r, 1)\n"
        "attempt(open(r, 'rb', 0, closefd=False).read)\n"
        "os.close(r)\n"
        "attempt(os.write, w, b'x')\n"
        "attempt(os.waitpid, -1, 0)\n"
        "attempt(os.kill, 2 ** 22 + 1, 0)\n"
    )
    failed = [(layout.NAMES[one.kind], one.result, one.errno) for one in ran.told if one.errno]
    assert failed == [
        ("read", -1, errno.EAGAIN),
        ("read", -1, errno.EAGAIN),
        ("write", -1, errno.EPIPE),
        ("wait", -1, errno.ECHILD),
        ("kill", -1, errno.ESRCH),
    ]


def test_files_are_recorded_by_what_went_to_the_kernel(tmp_path: Path) -> None:
    path = tmp_path / "f"
    os.mkfifo(path)
    ran = run(
        "import os, pathlib, sys\n"
        "path = sys.argv[1]\n"
        "both = os.open(path, os.O_RDWR)\n"
        "with open(path, 'w') as file:\n"
        "    print('one', file=file)\n"
        "    print('two', file=file, flush=True)\n"
        "    file.write('three')\n"
        "with pathlib.Path(path).open('rb') as file:\n"
        "    os.close(both)\n"
        "    for line in file:\n"
        "        pass\n",
        str(path),
    )
    inode = path.stat().st_ino
    assert {one.site.key[1] for one in ran.told if one.site.key} == {inode}
    name = str(path).encode()
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    told = shown(ran.told)
    # A path that is too long for its slot is cut.
    opened = (b"%d %s" % (flags, name))[: layout.INLINE].rstrip(b"\0")
    assert told[2:9] == [
        ("open", -1, 4, layout.UNFINISHED, opened),
        ("open", -1, 4, 4, opened),
        ("write", 4, 6, 8, b"one\ntwo\n"),
        ("write", 4, 4, 5, b"three"),
        ("close", 4, 4, 0, b""),
        ("open", -1, 8, layout.UNFINISHED, told[7][4]),
        ("open", -1, 8, 4, told[7][4]),
    ]
    assert ("read", 4, 10, 13, b"one\ntwo\nthree") in told
    assert ("read", 4, 10, 0, b"") in told


def test_standard_streams_over_pipes_are_covered() -> None:
    ran = run("import sys\nfor line in sys.stdin:\n    print(line.strip())\n", input=b"1\n2\n")
    assert ran.process.stdout == b"1\n2\n"
    told = shown(ran.told)
    assert ("read", 0, 2, 4, b"1\n2\n") in told
    assert ("read", 0, 2, 0, b"") in told
    assert told[-1] == ("write", 1, 0, 4, b"1\n2\n")
    assert ran.told[-1].site.file is None


def test_waits_sleeps_and_starts_of_processes_are_recorded() -> None:
    ran = run(
        "import os, signal, subprocess, sys, time\n"
        "time.sleep(0.001)\n"
        "pid = os.fork()\n"
        "if pid == 0: os._exit(0)\n"
        "os.waitpid(pid, 0)\n"
        "print(pid)\n"
        "child = subprocess.Popen(['true'])\n"
        "child.wait()\n"
        "print(child.pid)\n"
        "r, w = os.pipe()\n"
        "import select\n"
        "select.select([r], [w], [], 0)\n"
        "os.killpg(os.getpgid(0), 0)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.01)\n"
        "signal.signal(signal.SIGALRM, lambda *_: None)\n"
        "signal.pause()\n"
    )
    forked, started = (int(line) for line in ran.process.stdout.split())
    told = [one for one in shown(ran.told) if one[0] not in ("write", "read", "close", "pipe")]
    assert told[:6] == [
        ("sleep", -1, 2, 0, b""),
        ("fork", -1, 3, forked, b""),
        ("wait", -1, 5, forked, b"%d" % forked),
        ("fork", -1, 7, started, b""),
        ("wait", -1, 8, started, b"%d" % started),
        ("poll", -1, 12, 1, told[5][4]),
    ]
    assert len(told[5][4].split()) == 2
    assert told[-1][0] == "pause"
    assert not ran.others[forked]


def test_a_call_under_way_shows_in_the_header(tmp_path: Path) -> None:
    path = tmp_path / "f"
    os.mkfifo(path)
    with ring_directory() as rings:
        command = [sys.executable, "-c", "import sys\nopen(sys.argv[1])\n", str(path)]
        child = subprocess.Popen(command, env=environment(rings))
        recorded = Recorded(rings, child.pid)
        told: list[Told] = []
        wait_until(lambda: recorded.read_into(told), "the open is recorded")
        site, began = recorded.threads[child.pid].call()
        assert (told[0].site.number, told[0].record[0]) == (site, began)
        assert told[0].result == layout.UNFINISHED
        os.close(os.open(path, os.O_WRONLY))
        child.wait()
        (returned,) = (one for one in recorded.read() if one.kind == Kind.OPEN)
        assert returned.record[0] == began
        recorded.close()
