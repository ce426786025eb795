"""Handlers are recorded; one that raises harms a traced program no more than it harms it bare."""

from __future__ import annotations

import signal

import pytest

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from observers.tracer.inside.pythons import VERSIONS, find
from observers.tracer.inside.running import run

RAISING = (
    "import os, signal, sys\n"
    "class Raised(Exception): pass\n"
    "def handler(number, frame): raise Raised\n"
)
ANSWERED = RAISING + (
    "r, w = os.pipe()\n"
    "pid = os.fork()\n"
    "if pid == 0:\n"
    "    os.close(w)\n"
    "    lines = []\n"
    "    for line in open(r):\n"
    "        lines.append(line)\n"
    "        os.kill(os.getppid(), signal.SIGUSR1)\n"
    "    print(lines == ['%d\\n' % number for number in range(300)], flush=True)\n"
    "    os._exit(0)\n"
    "os.close(r)\n"
    "file = open(w, 'w')\n"
    "signal.signal(signal.SIGUSR1, handler)\n"
    "for number in range(300):\n"
    "    try:\n"
    "        print(number, file=file, flush=True)\n"
    "        signal.pause()\n"
    "    except Raised: pass\n"
    "file.close()\n"
    "os.waitpid(pid, 0)\n"
)
"""Each line is answered with a signal, and the handler raises, most often in print."""
STUCK = RAISING + (
    "r, w = os.pipe()\n"
    "signal.signal(signal.SIGALRM, handler)\n"
    "for file, data in (open(w, 'w', closefd=False), 'z'), (open(w, 'wb', closefd=False), b'z'):\n"
    "    signal.setitimer(signal.ITIMER_REAL, 0.02)\n"
    "    try: file.write(data * 200000)\n"
    "    except Raised: print('gave up')\n"
    "    signal.setitimer(signal.ITIMER_REAL, 0)\n"
    "    os.read(r, 1 << 20)\n"
    "sys.stdout.flush(); os._exit(0)\n"
)
"""A write of which a part finds room: the handler must get its turn before C writes on."""


def printed(version: str, code: str) -> list[bytes]:
    """The lines that a traced program prints."""
    python = find(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    ran = run(code, python=python)
    assert ran.process.stderr == b""
    return ran.process.stdout.splitlines()


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


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_raising_handler_interrupts_is_written_once(version: str) -> None:
    assert printed(version, ANSWERED) == [b"True"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_handler_that_raises_ends_a_write_that_waits(version: str) -> None:
    assert printed(version, STUCK) == [b"gave up", b"gave up"]
