"""Handlers that raise harm a traced program no more than they harm it bare."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_raising_handler_interrupts_is_written_once(version: str) -> None:
    assert printed(version, ANSWERED) == [b"True"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_handler_that_raises_ends_a_write_that_waits(version: str) -> None:
    assert printed(version, STUCK) == [b"gave up", b"gave up"]
