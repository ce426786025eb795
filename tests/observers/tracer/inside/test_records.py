"""What a traced program records: calls with lines, results and contents, handlers, buffers."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from observers.tracer.inside.pythons import VERSIONS, find
from observers.tracer.inside.running import Recorded, Told, environment, ring_directory, run
from waiting import wait_until


@contextmanager
def stepwise(code: str, rings: Path) -> Iterator[tuple[subprocess.Popen[bytes], Recorded]]:
    """A traced program that goes on by a step for every line it is sent."""
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(rings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        recorded = Recorded(rings, child.pid)
        yield child, recorded
        recorded.close()
    assert child.returncode == 0


def asked(child: subprocess.Popen[bytes], line: bytes) -> bytes:
    """What the program answers to a line."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(line + b"\n")
    child.stdin.flush()
    return child.stdout.readline()


def shown(told: list[Told]) -> list[tuple[str, int, int, int, bytes]]:
    """The calls: name, descriptor, line, result, contents."""
    return [
        (layout.NAMES[one.kind], one.site.fd, one.site.line, one.result, one.contents)
        for one in told
        if one.kind != Kind.HANDLER
    ]


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


def test_handlers_begin_and_end_around_what_they_do() -> None:
    ran = run(
        "import os, signal, sys\n"
        "r, w = os.pipe()\n"
        "def first(number, frame):\n"
        "    os.write(w, b'in handler')\n"
        "def second(number, frame):\n"
        "    raise KeyError\n"
        "signal.signal(signal.SIGUSR1, first)\n"
        "signal.signal(signal.SIGUSR2, second)\n"
        "signal.raise_signal(signal.SIGUSR1)\n"
        "os.write(w, b'between')\n"
        "try: os.kill(os.getpid(), signal.SIGUSR2)\n"
        "except KeyError: pass\n"
        "try: os.kill(os.getpid(), signal.SIGINT); os.read(r, 1); os.read(r, 100); os.read(r, 1)\n"
        "except KeyboardInterrupt: pass\n"
    )
    assert ran.process.stderr == b""
    handled = [
        (one.site.fd, one.site.line, one.result == layout.UNFINISHED, one.errno)
        for one in ran.told
        if one.kind == Kind.HANDLER
    ]
    assert handled[:4] == [
        (signal.SIGUSR1, 3, True, 0),
        (signal.SIGUSR1, 3, False, 0),
        (signal.SIGUSR2, 5, True, 0),
        (signal.SIGUSR2, 5, False, layout.NOT_AN_OSERROR),
    ]
    assert [(number, ended) for number, _, ended, _ in handled[4:]] == [
        (signal.SIGINT, True),
        (signal.SIGINT, False),
    ]
    inside = next(one for one in ran.told if one.contents == b"in handler")
    begin, end = (one for one in ran.told if one.kind == Kind.HANDLER and one.site.line == 3)
    assert begin.record[0] <= inside.record[0] <= inside.record[1] <= end.record[1]
    pid = str(ran.pid).encode()
    sent = {one.contents for one in ran.told if one.kind == Kind.KILL}
    assert sent == {b"%s %d" % (pid, number) for number in (10, 12, 2)}


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


def test_every_thread_and_process_has_a_ring_of_its_own() -> None:
    ran = run(
        "import os, subprocess, sys, threading\n"
        "r, w = os.pipe()\n"
        "def work(): [os.write(w, b'thread') for _ in range(100)]\n"
        "threads = [threading.Thread(target=work) for _ in range(4)]\n"
        "[thread.start() for thread in threads]; [thread.join() for thread in threads]\n"
        "if os.fork() == 0:\n"
        "    os.write(w, b'forked'); os._exit(0)\n"
        "os.wait()\n"
        "code = 'import os; os.write(%d, b\"started\")' % w\n"
        "subprocess.run([sys.executable, '-c', code], pass_fds=[w])\n"
        "os.write(w, b'last')\n"
    )
    written = [one for one in ran.told if one.kind == Kind.WRITE]
    assert [one.contents for one in written].count(b"thread") == 400
    assert ran.threads == 5
    others = [one.contents for told in ran.others.values() for one in told]
    assert sorted(others) == [b"forked", b"started"]


def test_threads_and_a_busy_handler_add_up_to_the_byte() -> None:
    ran = run(
        "import os, signal, threading\n"
        "r, w = os.pipe()\n"
        "written, handled = [0] * 4, []\n"
        "def handler(number, frame):\n"
        "    handled.append(os.write(w, b'handler'))\n"
        "def write(number):\n"
        "    for i in range(2000): written[number] += os.write(w, b'%d' % i)\n"
        "def read():\n"
        "    while os.read(r, 1000): pass\n"
        "signal.signal(signal.SIGALRM, handler)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)\n"
        "reader = threading.Thread(target=read)\n"
        "threads = [threading.Thread(target=write, args=(n,)) for n in range(3)]\n"
        "for thread in reader, *threads: thread.start()\n"
        "write(3)\n"
        "for thread in threads: thread.join()\n"
        "signal.setitimer(signal.ITIMER_REAL, 0)\n"
        "os.close(w); reader.join()\n"
        "print(sum(written) + sum(handled), len(handled))\n"
    )
    assert ran.process.stderr == b""
    total, handled = map(int, ran.process.stdout.split())
    by_kind = {
        kind: sum(one.result for one in ran.told if one.kind == kind and one.site.fd > 2)
        for kind in (Kind.READ, Kind.WRITE)
    }
    assert by_kind == {Kind.READ: total, Kind.WRITE: total}
    ended = [one.result for one in ran.told if one.kind == Kind.HANDLER]
    assert (ended.count(layout.UNFINISHED), ended.count(0)) == (handled, handled)
    assert handled > 0
    assert not ran.unrecorded


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


STEPS = {
    "file.write('text é')": 7,
    "file.buffer.write(b'12345')": 5,
    "print('a line', file=file)": 7,
    "file.flush()": 0,
    "file.writelines(['x' * 3000, 'y' * 3000, 'z' * 3000])": 9000,
    "file.write('x' * 10_000)": 10_000,
    "file.reconfigure(encoding='utf-16', newline='\\r\\n')": 0,
    "file.write('\\n')": 4,
    "file.buffer.write(memoryview(b'x' * 100))": 100,
    "file.flush(); file.write('more'); file.buffer.raw.write(b'past them')": 8 + 9,
    "file.close()": 0,
}
"""What is done to a file, and how many bytes it accepts."""


def test_what_buffers_hold_is_told_until_it_is_flushed() -> None:
    code = "import fcntl, os, sys, termios\nr, w = os.pipe()\nfile = open(w, 'w')\n"
    for step in STEPS:
        code += f"sys.stdin.readline()\n{step}\n"
        code += "queued = fcntl.ioctl(r, termios.FIONREAD, bytes(4))\n"
        code += "print(int.from_bytes(queued, 'little'), flush=True)\n"
    with ring_directory() as rings, stepwise(code, rings) as (child, recorded):
        accepted, held = 0, 0
        for step, size in STEPS.items():
            accepted += size
            queued = int(asked(child, b""))
            recorded.read()
            held = {site.fd: size for site, size in recorded.sites.buffered()}.get(4, held)
            assert (step, held) == (step, accepted - queued)
        assert held == 0


def test_what_finds_no_room_is_counted_to_the_call_and_byte() -> None:
    calls = 40_000
    ran = run(
        "import os, sys\n"
        "r, w = os.pipe()\n"
        f"for i in range({calls}):\n"
        "    os.write(w, b'x' * (i % 97)); os.read(r, 200) if i % 97 else None\n"
    )
    assert ran.process.returncode == 0
    for kind in Kind.READ, Kind.WRITE:
        kept = [one.result for one in ran.told if one.kind == kind]
        lost, lost_bytes = ran.unrecorded[kind]
        assert len(kept) > 1000
        assert sum(kept) + lost_bytes == sum(i % 97 for i in range(calls))
        expected = calls if kind == Kind.WRITE else sum(i % 97 > 0 for i in range(calls))
        assert len(kept) + lost == expected


def test_recording_goes_on_once_the_records_were_read() -> None:
    code = (
        "import os, sys\n"
        "r, w = os.pipe()\n"
        "for line in sys.stdin:\n"
        "    for _ in range(int(line)): os.write(w, b'x'); os.read(r, 1)\n"
        "    print(flush=True)\n"
    )
    with ring_directory() as rings, stepwise(code, rings) as (child, recorded):
        asked(child, b"20000")
        kept = len(recorded.read())
        lost = sum(one.calls for one in recorded.sites.unrecorded())
        assert kept < 20_000 < lost
        asked(child, b"10")
        told: list[Told] = []
        wait_until(lambda: recorded.read_into(told) >= 22, "all are recorded")
        kinds = [Kind.READ, *[Kind.WRITE, Kind.READ] * 10, Kind.WRITE]
        assert [one.kind for one in sorted(told, key=lambda one: one.number)] == kinds


def test_a_fifo_opened_again_and_again_does_not_fill_the_sites(tmp_path: Path) -> None:
    path = tmp_path / "f"
    os.mkfifo(path)
    ran = run(
        "import os, sys\n"
        "keep = os.open(sys.argv[1], os.O_RDWR)\n"
        "for _ in range(3000):\n"
        "    with open(sys.argv[1], 'w') as file: file.write('x')\n"
        "    os.read(keep, 1)\n",
        str(path),
    )
    assert ran.process.returncode == 0
    assert ran.sites_files == 1


def test_the_programs_own_sitecustomize_is_run(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('of the user')\nvalue = 5\n")
    with ring_directory() as rings:
        env = environment(rings)
        env["PYTHONPATH"] += os.pathsep + str(tmp_path)
        code = "import sitecustomize, sys; print(sitecustomize.value, sys.path[1])"
        ran = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        assert ran.stdout == f"of the user\n5 {tmp_path}\n"
        assert list(rings.glob("*.ring"))


def test_a_program_without_a_place_to_record_runs_on(tmp_path: Path) -> None:
    env = environment(tmp_path / "gone")
    ran = subprocess.run([sys.executable, "-c", "print(5)"], env=env, capture_output=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"5\n", b"")


def test_a_program_whose_place_to_record_goes_away_runs_on() -> None:
    code = (
        "import os, shutil, sys, threading\n"
        "r, w = os.pipe()\n"
        "file = open(w, 'w')\n"
        "shutil.rmtree(sys.argv[1])\n"
        "thread = threading.Thread(target=os.write, args=(w, b'thread '))\n"
        "thread.start(); thread.join()\n"
        "print('parent', file=file, flush=True)\n"
        "if os.fork() == 0:\n"
        "    print('child', file=file, flush=True); os._exit(0)\n"
        "os.wait()\n"
        "print(os.read(r, 100))\n"
    )
    with ring_directory() as rings:
        command = [sys.executable, "-c", code, str(rings / "below")]
        (rings / "below").mkdir()
        env = environment(rings / "below")
        ran = subprocess.run(command, env=env, capture_output=True)
    assert (ran.stderr, ran.stdout) == (b"", b"b'thread parent\\nchild\\n'\n")


def test_a_program_says_why_it_is_not_traced() -> None:
    with ring_directory() as rings:
        command = ["prlimit", "--fsize=4096", sys.executable, "-c", "print(5)"]
        child = subprocess.Popen(
            command, env=environment(rings), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert child.communicate() == (b"5\n", b"")
        assert "File too large" in (rings / f"{child.pid}.why").read_text()
