"""Signals, and waits for them and for descriptors."""

import os
import select
import signal
import sys
import threading
import time
import traceback

from printing import failing, show


def signals():
    def handler(number, frame):
        code = frame.f_code
        show("handled", number, code.co_name, os.path.basename(code.co_filename))

    def raising(number, frame):
        raise RuntimeError("raised by a handler")

    class Handler:
        def method(self, number, frame):
            show("method", number)

        def __call__(self, number, frame):
            show("object", number)

    show(signal.getsignal(signal.SIGINT), signal.signal(signal.SIGUSR1, handler))
    show(signal.getsignal(signal.SIGUSR1) is handler)
    os.kill(os.getpid(), signal.SIGUSR1)
    signal.raise_signal(signal.SIGUSR1)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    for one in Handler().method, Handler(), print:
        signal.signal(signal.SIGUSR1, one)
        if one is not print:
            signal.raise_signal(signal.SIGUSR1)
    show(signal.signal(signal.SIGUSR1, raising) is print)
    failing(signal.raise_signal, signal.SIGUSR1)
    reading, writing = os.pipe()
    for wait in (
        lambda: os.read(reading, 1),
        lambda: open(reading, closefd=False).readline(),
        lambda: time.sleep(5),
        lambda: select.select([reading], [], []),
        signal.pause,
    ):
        signal.signal(signal.SIGALRM, raising)
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        failing(wait)
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
    except KeyboardInterrupt:
        traceback.print_exc(file=sys.stdout)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.kill(os.getpid(), signal.SIGINT)
    show(signal.signal(signal.SIGINT, signal.default_int_handler))
    show(signal.signal(signal.SIGUSR1, signal.SIG_DFL) is raising)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1, signal.SIGUSR2])
    os.kill(os.getpid(), signal.SIGUSR1)
    show(signal.sigwait([signal.SIGUSR1]), signal.sigtimedwait([signal.SIGUSR2], 0))
    os.kill(os.getpid(), signal.SIGUSR2)
    show(signal.sigwaitinfo([signal.SIGUSR2]).si_signo)
    for end in reading, writing:
        os.close(end)


def waiting_for_descriptors():
    reading, writing = os.pipe()
    show(select.select([reading], [writing], [], 0) == ([], [writing], []))
    os.write(writing, b"x")
    poll = select.poll()
    show(poll.register(reading, select.POLLIN), poll.modify(reading, select.POLLIN))
    show(poll.poll(0) == [(reading, select.POLLIN)], poll.unregister(reading), poll.poll(0))
    failing(poll.unregister, reading)
    failing(poll.register, "nothing")
    with select.epoll() as epoll:
        epoll.register(reading, select.EPOLLIN)
        show(epoll.poll(0, 5) == [(reading, select.EPOLLIN)], epoll.closed, epoll.fileno())
        failing(epoll.register, reading)
    show(epoll.closed, isinstance(epoll, select.epoll), repr(epoll)[:21])
    failing(epoll.poll)
    failing(select.epoll, sizehint="large")
    for end in reading, writing:
        os.close(end)
