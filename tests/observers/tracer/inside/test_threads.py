"""Threads and processes record each for itself, and all adds up."""

from __future__ import annotations

from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from observers.tracer.inside.running import run


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
