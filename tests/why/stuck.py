"""Programs that hang, each for a reason of its own, in several languages.

A program is started in a directory of its own, in which it may make FIFOs and files. `expected` is
the rule that names the cause.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Stuck:
    """A program and what is to be found: `rule`, `certain` or not, and of whom it waits or is
    told: `call` is the one that the culprit sleeps in, null where that is not the point; `words`
    stand in the sentences."""

    name: str
    command: list[str]
    rule: str
    certain: bool
    call: str | None = None
    channel: str | None = None
    words: tuple[str, ...] = ()
    needs: str | None = None


def _shell(name: str, script: str, rule: str, certain: bool, **more: object) -> Stuck:
    return Stuck(name, ["sh", "-c", script], rule, certain, **more)  # type: ignore[arg-type]


def _perl(name: str, code: str, rule: str, certain: bool, **more: object) -> Stuck:
    command = ["perl", "-MPOSIX", "-MFcntl", "-e", code]
    return Stuck(name, command, rule, certain, needs="perl", **more)  # type: ignore[arg-type]


def _ruby(name: str, code: str, rule: str, certain: bool, **more: object) -> Stuck:
    return Stuck(name, ["ruby", "-e", code], rule, certain, needs="ruby", **more)  # type: ignore[arg-type]


def _python(name: str, code: str, rule: str, certain: bool, **more: object) -> Stuck:
    head = "import os, signal, subprocess, sys, threading, time\n"
    return Stuck(name, [sys.executable, "-c", head + code], rule, certain, **more)  # type: ignore[arg-type]


def _c(name: str, body: str, rule: str, certain: bool, **more: object) -> Stuck:
    """`body` is that of main(); the program is compiled as `stuck` first."""
    includes = (
        "fcntl.h poll.h pthread.h signal.h stdio.h stdlib.h sys/epoll.h sys/select.h sys/stat.h"
        " sys/wait.h unistd.h"
    )
    head = "#define _GNU_SOURCE\n" + "".join(f"#include <{one}>\n" for one in includes.split())
    source = f"{head}int main(void) {{ {body} return 0; }}\n"
    command = [
        "sh",
        "-c",
        'printf %s "$0" | cc -w -pthread -x c -o stuck - && exec ./stuck',
        source,
    ]
    return Stuck(name, command, rule, certain, needs="cc", **more)  # type: ignore[arg-type]


def programs() -> Iterator[Stuck]:
    """All of them."""
    yield from _opens()
    yield from _reads()
    yield from _writes()
    yield from _deadlocks()
    yield from _leaks()
    yield from _daemons()
    yield from _removed()
    yield from _signals()
    yield from _spins()


def _opens() -> Iterator[Stuck]:
    yield _shell(
        "open to read, in sh",
        "mkfifo f; read line <f",
        "waiting-for-writer",
        False,
        call="open",
        channel="f",
    )
    yield _perl(
        "open to write, in Perl",
        "mkfifo 'f', 0600; open my $f, '>', 'f'",
        "waiting-for-reader",
        False,
        call="open",
        channel="f",
    )
    yield _ruby(
        "open to read, in Ruby",
        "File.mkfifo('f'); File.open('f', 'r')",
        "waiting-for-writer",
        False,
        call="open",
        channel="f",
    )
    yield _c(
        "open to write, in C",
        'mkfifo("f", 0600); open("f", O_WRONLY);',
        "waiting-for-reader",
        False,
        call="open",
        channel="f",
    )
    yield _ruby(
        "open in a second thread, in Ruby",
        "File.mkfifo('f'); Thread.new { File.open('f', 'w') }.join",
        "waiting-for-reader",
        False,
        call="open",
        channel="f",
    )
    yield _python(
        "open in a second thread, in Python",
        "os.mkfifo('f')\nthreading.Thread(target=os.open, args=('f', os.O_RDONLY)).start()",
        "waiting-for-writer",
        False,
        call="open",
        channel="f",
    )


def _reads() -> Iterator[Stuck]:
    keeps = 'mkfifo("f", 0600); int fd = open("f", O_RDWR); char byte; '
    yield _c(
        "a read that its own end keeps from ending, in C",
        keeps + "read(fd, &byte, 1);",
        "self-held-end",
        True,
        call="read",
        channel="f",
    )
    yield _c(
        "the same in ppoll",
        keeps + "struct pollfd one = {fd, POLLIN, 0}; ppoll(&one, 1, 0, 0);",
        "self-held-end",
        True,
        call="poll",
        channel="f",
    )
    yield _c(
        "the same in select",
        keeps + "fd_set set; FD_ZERO(&set); FD_SET(fd, &set); select(fd + 1, &set, 0, 0, 0);",
        "self-held-end",
        True,
        call="poll",
        channel="f",
    )
    yield _c(
        "the same in epoll",
        keeps + "int set = epoll_create1(0); struct epoll_event one = {EPOLLIN};"
        " epoll_ctl(set, EPOLL_CTL_ADD, fd, &one); epoll_wait(set, &one, 1, -1);",
        "self-held-end",
        True,
        call="poll",
        channel="f",
    )
    yield _ruby(
        "the same in Ruby",
        "File.mkfifo('f'); File.open('f', 'r+').gets",
        "self-held-end",
        True,
        call="read",
        channel="f",
    )


def _writes() -> Iterator[Stuck]:
    yield _shell(
        "a full pipe, in sh",
        "yes | sleep 1000",
        "pipe-full",
        True,
        call="write",
        words=("sleep",),
        needs="yes",
    )
    yield _perl(
        "a full FIFO, in Perl",
        "mkfifo 'f', 0600; if (!fork) { open my $r, '<', 'f'; POSIX::pause() }"
        " open my $w, '>', 'f'; syswrite $w, 'x' x 100_000",
        "pipe-full",
        True,
        call="write",
        channel="f",
    )
    yield _c(
        "a writer that polls for room, in C",
        "int ends[2]; pipe(ends); if (fork() == 0) { close(ends[1]); pause(); } close(ends[0]);"
        " fcntl(ends[1], F_SETFL, O_NONBLOCK); while (write(ends[1], ends, 8) > 0);"
        " struct pollfd one = {ends[1], POLLOUT, 0}; poll(&one, 1, -1);",
        "pipe-full",
        True,
        call="poll",
    )
    yield _shell(
        "a reader that is stopped, in sh",
        "mkfifo f; sh -c 'kill -STOP $$; cat' <f & exec 3>f; yes >&3",
        "stopped-process",
        True,
        words=("SIGSTOP",),
        needs="yes",
    )


def _deadlocks() -> Iterator[Stuck]:
    yield _perl(
        "both write, in Perl",
        "pipe my $ar, my $aw; pipe my $br, my $bw; my $x = 'x' x 1_000_000;"
        " if (fork) { close $ar; close $bw; syswrite $aw, $x; sysread $br, $x, 9 }"
        " else { close $br; close $aw; syswrite $bw, $x; sysread $ar, $x, 9 }",
        "deadlock",
        True,
        call="write",
    )
    yield _c(
        "a parent waits for a child that writes, in C",
        "int ends[2]; pipe(ends); char text[100000] = {0};"
        " if (fork() == 0) { close(ends[0]); write(ends[1], text, sizeof text); _exit(0); }"
        " close(ends[1]); wait(0);",
        "deadlock",
        True,
        words=("to end", "room"),
    )
    yield _python(
        "a parent waits before it reads, in Python",
        "child = subprocess.Popen(['seq', '1000000'], stdout=subprocess.PIPE)\nchild.wait()",
        "deadlock",
        True,
        words=("seq", "to end"),
    )
    yield _ruby(
        "both read, in Ruby",
        "ar, aw = IO.pipe; br, bw = IO.pipe; if fork; ar.close; bw.close; br.read(1); aw.write('x')"
        "; else; br.close; aw.close; ar.read(1); bw.write('x'); end",
        "deadlock",
        False,
    )
    yield _c(
        "a ring of three, in C",
        "int p[3][2]; for (int i = 0; i < 3; i++) pipe(p[i]); int me = 0;"
        " if (fork() == 0) me = 1; else if (fork() == 0) me = 2; char byte;"
        " for (int i = 0; i < 3; i++) { if (i != me) close(p[i][1]);"
        " if (i != (me + 1) % 3) close(p[i][0]); } read(p[(me + 1) % 3][0], &byte, 1);",
        "deadlock",
        True,
        call="read",
    )
    yield _c(
        "a lock taken twice, in C",
        "pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;"
        " pthread_mutex_lock(&lock); pthread_mutex_lock(&lock);",
        "deadlock",
        False,
        words=("itself",),
    )


def _leaks() -> Iterator[Stuck]:
    yield _shell(
        "a grandchild holds the output, in sh",
        "sh -c 'sleep 1000 & echo started' | cat",
        "leaked-end",
        False,
        call="read",
        words=("sleep", "whoever started it has ended"),
    )
    yield _perl(
        "a grandchild holds the output, in Perl",
        "my $text = `sh -c 'sleep 1000 & echo started'`",
        "leaked-end",
        False,
        words=("sleep",),
    )
    yield _ruby(
        "a stranger inherited the end, in Ruby",
        "r, w = IO.pipe; w.close_on_exec = false; other = spawn('sleep', '1000', w.fileno => w);"
        " w.close; r.read",
        "leaked-end",
        False,
        words=("sleep",),
    )


def _daemons() -> Iterator[Stuck]:
    """Each below a shell: that of a program which the tests started themselves could as well be the
    other end of a pipeline of theirs, if they take in orphans."""
    yield _shell(
        "a daemon holds the output, in sh",
        "sh -c 'x=$(setsid sleep 1000 & echo started)'; :",
        "leaked-end",
        False,
        call="read",
        words=("sleep", "whoever started it has ended"),
    )
    asks = "subprocess.run(['sh', '-c', 'setsid sleep 1000 & echo'], capture_output=True)"
    yield _shell(
        "a daemon holds the output, in Python",
        f'{sys.executable} -c "import subprocess; {asks}"; :',
        "leaked-end",
        False,
        call="poll",
        words=("sleep",),
    )


def _removed() -> Iterator[Stuck]:
    for how, command in (
        ("removed", "rm f"),
        ("renamed", "mv f g"),
        ("replaced", "rm f; mkfifo f"),
    ):
        yield _shell(
            f"a FIFO that is {how} under an open, in sh",
            "mkfifo f; (read line <f) & "
            "until grep -q wait_for_partner /proc/$!/wchan; do sleep 0.02; done; sleep 0.1; "
            f"{command}; wait",
            "fifo-removed",
            True,
            call="open",
        )
    yield _perl(
        "a FIFO that is removed under a read, in Perl",
        "mkfifo 'f', 0600; open my $f, '+<', 'f'; unlink 'f'; sysread $f, my $x, 1",
        "fifo-removed",
        True,
        call="read",
    )


def _signals() -> Iterator[Stuck]:
    yield _perl(
        "a signal that is blocked, in Perl",
        "sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGUSR1)); kill 'USR1', $$; sleep 1000",
        "signal-blocked",
        False,
        words=("SIGUSR1",),
    )
    yield _python(
        "a signal that is blocked since before exec",
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])\n"
        "child = subprocess.Popen(['sleep', '1000'])\nchild.terminate()\nchild.wait()",
        "signal-blocked",
        False,
        words=("SIGTERM", "sleep"),
    )
    yield _c(
        "a zombie, in C",
        "if (fork() == 0) _exit(3); sleep(1000);",
        "zombie",
        True,
        words=("has ended",),
    )


def _spins() -> Iterator[Stuck]:
    yield _ruby(
        "SIGPIPE ignored, in Ruby",
        "trap('PIPE', 'IGNORE'); r, w = IO.pipe; r.close; loop { w.syswrite('x') rescue nil }",
        "sigpipe-ignored",
        False,
        words=("EPIPE",),
    )
    yield _python(
        "reading on at the end of file",
        "reads, writes = os.pipe()\nos.close(writes)\nwhile True: os.read(reads, 1)",
        "eof-spin",
        False,
        words=("end of file",),
    )
