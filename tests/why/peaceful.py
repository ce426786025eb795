"""Ordinary programs that wait in peace: nothing about them is wrong.

Each is a shell script, or a program of its own, that goes on waiting until it is killed. `{dir}` is
a directory of its own, in which it makes the file `ready` once it has set everything up.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """`command`: its arguments. `terminal`: it runs in a terminal of its own. `speaks`: its
    standard input is a pipe into which nobody writes. `needs`: programs that must be there."""

    name: str
    command: list[str]
    terminal: bool = False
    speaks: bool = False
    needs: list[str] = field(default_factory=list)


_READY = "touch ready; "
_PYTHON_READY = "open('ready', 'w').close()\n"


def _shell(name: str, script: str, **settings: object) -> Kind:
    return Kind(name, ["sh", "-c", script], **settings)  # type: ignore[arg-type]


def _bash(name: str, script: str, **settings: object) -> Kind:
    needs = ["bash"]
    return Kind(name, ["bash", "--norc", "-c", script], needs=needs, **settings)  # type: ignore[arg-type]


def _python(name: str, code: str, **settings: object) -> Kind:
    head = "import os, signal, socket, subprocess, sys, threading, time\n"
    return Kind(name, [sys.executable, "-c", head + code], **settings)  # type: ignore[arg-type]


def _perl(name: str, code: str) -> Kind:
    return Kind(name, ["perl", "-e", code], needs=["perl"])


def kinds() -> Iterator[Kind]:
    """All of them."""
    yield from _pipelines()
    yield from _shells()
    yield from _fifo_servers()
    yield from _servers()
    yield from _pools()
    yield from _supervisors()
    yield from _at_a_terminal()
    yield from _others()


def _pipelines() -> Iterator[Kind]:
    yield _shell("a pipeline that has nothing to do yet", f"{_READY}sleep 1000 | cat")
    yield _shell(
        "a slow producer",
        f"{_READY}while :; do echo x; sleep 0.3; done | while read line; do :; done",
    )
    yield _shell(
        "a slow consumer", f"{_READY}yes | while read line; do sleep 0.2; done", needs=["yes"]
    )
    yield _shell(
        "a chain with a slow end",
        f"{_READY}yes | cat | tr y n | while read line; do sleep 0.3; done",
    )
    yield _shell("a consumer that works hard", f"{_READY}yes | nice gzip -9 >/dev/null")
    yield _shell(
        "two inputs, one of them slow",
        "mkfifo slow; (while sleep 0.5; do date; done) >slow & "
        f"{_READY}yes | paste - slow >/dev/null",
    )
    yield _shell("tail -f into a filter", f": >log; {_READY}tail -f log | grep --line-buffered x")
    yield _shell("tee into a pipeline", f"{_READY}sleep 1000 | tee copy | cat")
    yield _bash("a process substitution", f"{_READY}sleep 1000 | tee >(cat >/dev/null) >/dev/null")
    yield _shell("xargs with two at a time", f"{_READY}seq 9 | xargs -P2 -n1 sleep 100")
    yield _python(
        "a parent that reads its child's output",
        _PYTHON_READY + "subprocess.run(['sleep', '1000'], capture_output=True)",
    )
    yield _python(
        "a parent that feeds a child",
        "child = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        + _PYTHON_READY
        + "signal.pause()",
    )


def _shells() -> Iterator[Kind]:
    yield _shell("a shell that waits for a job in the background", f"sleep 1000 & {_READY}wait")
    yield _shell("a shell within a shell", f"{_READY}sh -c 'sh -c \"sleep 1000\"; :'; :")
    yield _shell("a loop of short commands", f"{_READY}while :; do sleep 0.05; done")
    yield _bash("a coprocess", f"coproc cat; {_READY}sleep 1000; :")
    yield _shell("timeout", f"{_READY}timeout 1000 sleep 1000; :", needs=["timeout"])
    yield Kind("a filter without input yet", ["sh", "-c", f"{_READY}cat"], speaks=True)
    yield _python(
        "a language server with a helper of its own",
        "child = subprocess.Popen(['cat'], stdin=subprocess.PIPE)\n"
        + _PYTHON_READY
        + "sys.stdin.read()",
        speaks=True,
    )


def _fifo_servers() -> Iterator[Kind]:
    yield _shell(
        "a FIFO server that keeps both ends",
        f"mkfifo f; exec 3<>f; {_READY}while read line <&3; do :; done",
    )
    yield _shell(
        "a FIFO server and who keeps it open",
        f"mkfifo f; sleep 1000 >f & {_READY}cat f; wait",
    )
    yield _shell(
        "a FIFO server whose child reads",
        f"mkfifo f; exec 3<>f; {_READY}cat <&3 | grep x; :",
    )
    yield _python(
        "a FIFO server with a keep-alive descriptor",
        "os.mkfifo('f')\nreads = os.open('f', os.O_RDONLY | os.O_NONBLOCK)\n"
        "keeps = os.open('f', os.O_WRONLY)\nos.set_blocking(reads, True)\n"
        + _PYTHON_READY
        + "os.read(reads, 1)",
    )
    yield _python(
        "a FIFO server that polls",
        "import select\nos.mkfifo('f')\npoll = select.epoll()\n"
        "poll.register(os.open('f', os.O_RDWR), select.EPOLLIN)\n" + _PYTHON_READY + "poll.poll()",
    )
    yield _shell(
        "a FIFO with a reader and a writer that rests",
        f"mkfifo f; cat f & exec 3>f; {_READY}sleep 1000; echo end >&3",
    )
    yield _shell(
        "a log service and its logger",
        f"mkfifo log; exec 3<>log; (while :; do echo x; sleep 0.4; done) >&3 & {_READY}"
        "cat <&3 >/dev/null",
    )


def _servers() -> Iterator[Kind]:
    listens = "import socketserver\nserver = socket.create_server(('127.0.0.1', 0))\n"
    yield _python("a TCP server", listens + _PYTHON_READY + "server.accept()")
    yield _python(
        "a TCP server with an idle client",
        listens
        + "if os.fork() == 0: socket.create_connection(server.getsockname()).recv(1)\n"
        + "peer, _ = server.accept()\n"
        + _PYTHON_READY
        + "peer.recv(1)",
    )
    yield _python(
        "a socket pair between parent and child",
        "one, other = socket.socketpair()\nif os.fork() == 0: other.recv(1)\n"
        + _PYTHON_READY
        + "one.recv(1)",
    )
    yield _python(
        "an event loop with its self-pipe",
        "import asyncio\nasync def main():\n"
        "    await asyncio.start_server(print, '127.0.0.1', 0)\n    open('ready', 'w').close()\n"
        "    await asyncio.Event().wait()\nasyncio.run(main())",
    )
    yield _python(
        "an idle web server",
        "import http.server\nserver = http.server.ThreadingHTTPServer(('127.0.0.1', 0), None)\n"
        + _PYTHON_READY
        + "server.serve_forever()",
    )
    yield _perl(
        "a preforking server",
        "open my $lock, '>', 'lock'; for (1..2) { if (!fork) { open my $own, '>', 'lock';"
        " flock($own, 2); sleep 1000 } } open my $r, '>', 'ready'; wait; wait",
    )


def _pools() -> Iterator[Kind]:
    yield _python(
        "a process pool without work",
        "import multiprocessing\npool = multiprocessing.get_context('fork').Pool(2)\n"
        + _PYTHON_READY
        + "threading.Event().wait()",
    )
    yield _python(
        "a process pool at work",
        "import multiprocessing\npool = multiprocessing.get_context('fork').Pool(2)\n"
        + _PYTHON_READY
        + "pool.map(time.sleep, [1000, 1000])",
    )
    yield _python(
        "an executor of processes",
        "from concurrent.futures import ProcessPoolExecutor\n"
        "pool = ProcessPoolExecutor(2)\nfuture = pool.submit(time.sleep, 1000)\n"
        + _PYTHON_READY
        + "future.result()",
    )
    yield _python(
        "a pool of threads",
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(3)\n"
        "futures = [pool.submit(time.sleep, 1000) for _ in range(3)]\n"
        + _PYTHON_READY
        + "futures[0].result()",
    )
    yield _python(
        "threads that wait for each other's work",
        "import queue\njobs = queue.Queue()\n"
        "threading.Thread(target=jobs.get, daemon=True).start()\n"
        + _PYTHON_READY
        + "time.sleep(1000)",
    )
    make = "all: one two\none two:\n\ttouch ready\n\tsleep 1000\n"
    yield Kind(
        "make with two jobs",
        ["sh", "-c", f"printf '{make}' >Makefile; make -j2"],
        needs=["make"],
    )
    under = "all:\n\t+$(MAKE) -f inner all\n"
    yield Kind(
        "make under make",
        ["sh", "-c", f"printf '{make}' >inner; printf '{under}' >Makefile; make -j3"],
        needs=["make"],
    )


def _supervisors() -> Iterator[Kind]:
    runs = "child = subprocess.Popen(['sleep', '1000'])\n"
    yield _python("a parent that waits", runs + _PYTHON_READY + "child.wait()")
    yield _python(
        "a supervisor that waits for SIGCHLD in select",
        "import select\nreads, writes = os.pipe()\nos.set_blocking(writes, False)\n"
        "signal.set_wakeup_fd(writes)\nsignal.signal(signal.SIGCHLD, lambda *_: None)\n"
        + runs
        + _PYTHON_READY
        + "select.select([reads], [], [])",
    )
    yield _python(
        "a supervisor in sigwait",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])\n"
        + runs
        + _PYTHON_READY
        + "signal.sigwait([signal.SIGCHLD])",
    )
    yield _python(
        "a supervisor with a handler, and a child that reads from it",
        "signal.signal(signal.SIGCHLD, lambda *_: None)\nreads, writes = os.pipe()\n"
        "if os.fork() == 0:\n    os.close(writes)\n    os.read(reads, 1)\n"
        "other = subprocess.Popen(['sleep', '1000'], close_fds=True)\n"
        + _PYTHON_READY
        + "other.wait()",
    )
    yield _python(
        "a parent that looks after its children now and then",
        "children = []\n"
        + _PYTHON_READY
        + "while True:\n    children.append(subprocess.Popen(['true']))\n    time.sleep(0.2)\n"
        "    [child.poll() for child in children]",
    )
    yield _python(
        "a pidfd in poll",
        "import select\n" + runs + "poll = select.poll()\n"
        "poll.register(os.pidfd_open(child.pid), 1)\n" + _PYTHON_READY + "poll.poll()",
    )
    yield _python(
        "a daemon",
        "if os.fork(): os._exit(0)\nos.setsid()\nif os.fork(): os._exit(0)\n"
        + _PYTHON_READY
        + "signal.pause()",
    )
    yield _shell(
        "a program that outlives its shell", f"nohup sleep 1000 >/dev/null 2>&1 & {_READY}"
    )


def _at_a_terminal() -> Iterator[Kind]:
    yield Kind(
        "an interactive shell",
        ["bash", "--norc", "-i", "-c", f"{_READY}exec bash --norc -i"],
        terminal=True,
        needs=["bash"],
    )
    yield Kind(
        "a pager",
        ["sh", "-c", f"{_READY}seq 1000000 | less"],
        terminal=True,
        needs=["less"],
    )
    yield Kind(
        "an interactive program",
        [sys.executable, "-c", "open('ready', 'w').close(); input('? ')"],
        terminal=True,
    )


def _others() -> Iterator[Kind]:
    yield _python(
        "a busy ping-pong",
        "a, b = os.pipe(), os.pipe()\nif os.fork() == 0:\n"
        "    while os.read(a[0], 1): os.write(b[1], b'x')\n"
        + _PYTHON_READY
        + "while True:\n    os.write(a[1], b'x')\n    os.read(b[0], 1)\n    time.sleep(0.001)",
    )
    yield _perl(
        "select with a time limit",
        "pipe(my $r, my $w); open my $f, '>', 'ready'; while (1)"
        " { my $set = ''; vec($set, fileno($r), 1) = 1; select($set, undef, undef, 0.3) }",
    )
    yield _shell(
        "two that want one lock",
        f"flock lock sleep 1000 & {_READY}sleep 0.1; flock lock true",
        needs=["flock"],
    )
    yield _python(
        "SIGPIPE ignored, and all is well",
        "signal.signal(signal.SIGPIPE, signal.SIG_IGN)\nreads, writes = os.pipe()\n"
        + _PYTHON_READY
        + "while True:\n    os.write(writes, b'x')\n    os.read(reads, 1)\n    time.sleep(0.01)",
    )
    yield _python(
        "a signal blocked for a moment again and again",
        "signal.signal(signal.SIGUSR1, lambda *_: None)\n"
        + _PYTHON_READY
        + "while True:\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n"
        "    os.kill(os.getpid(), signal.SIGUSR1)\n    time.sleep(0.05)\n"
        "    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])\n    time.sleep(0.05)",
    )
    yield _python(
        "a signal that a signalfd takes",
        "import ctypes, select\nlibc = ctypes.CDLL(None)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n"
        "mask = ctypes.create_string_buffer((1 << 9).to_bytes(128, 'little'))\n"
        "fd = libc.signalfd(-1, mask, 0)\nos.kill(os.getpid(), signal.SIGUSR1)\n"
        + _PYTHON_READY
        + "time.sleep(1000)",
    )
    yield _python(
        "a counter of events between two",
        "fd = os.eventfd(0)\nif os.fork() == 0:\n    time.sleep(1000)\n"
        + _PYTHON_READY
        + "os.eventfd_read(fd)",
    )
    yield _python(
        "an alarm that is to wake it",
        "signal.signal(signal.SIGALRM, lambda *_: None)\nsignal.alarm(1000)\n"
        "reads, writes = os.pipe()\n" + _PYTHON_READY + "os.read(reads, 1)",
    )
    yield Kind(
        "tmux",
        ["sh", "-c", f"TMUX= tmux -S socket new-session -d cat; {_READY}sleep 1000"],
        needs=["tmux"],
    )
