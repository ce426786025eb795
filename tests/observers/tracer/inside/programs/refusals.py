"""Arguments that the real functions refuse, and odd ones that they take."""

import fcntl
import os
import select
import signal
import time

from printing import failing, show


class Number:
    """Stands for a descriptor, and tells how often it was asked."""

    def __init__(self, number):
        self.number, self.asked = number, 0

    def __index__(self):
        self.asked += 1
        return self.number

    def __eq__(self, other):
        raise RuntimeError("is not compared")


class Path:
    """Stands for a path, and tells how often it was asked."""

    def __init__(self, path):
        self.path, self.asked = path, 0

    def __fspath__(self):
        self.asked += 1
        return self.path


def refusals(folder):
    reading, writing = os.pipe()
    path = os.path.join(folder, "fifo")
    keep = os.open(path, os.O_RDWR)
    wrong_numbers(reading, writing)
    wrong_kinds(reading, writing, path)
    odd_but_right(reading, writing, path)
    wrong_files(writing, path)
    for end in reading, writing, keep:
        os.close(end)


def wrong_numbers(reading, writing):
    for what in (
        (os.read, os.write, os.open, os.close, os.dup, os.dup2, os.closerange, os.pipe2),
        (os.readv, os.writev, os.kill, os.killpg, os.waitpid, os.waitid, os.wait4),
        (os.posix_spawn, time.sleep, signal.signal, signal.getsignal, signal.raise_signal),
        (signal.pthread_kill, signal.sigwait, signal.sigtimedwait, select.select, fcntl.fcntl),
    ):
        for function in what:
            failing(function)
            failing(function, reading if function is not time.sleep else "", *range(8))
    failing(os.read, reading, n=3)
    failing(os.write, writing, b"", nothing=1)
    for function in os.pipe, os.fork, os.wait, signal.pause:
        failing(function, 1)


def wrong_kinds(reading, writing, path):
    for flags in reading, "flags":
        failing(os.open, path if flags == "flags" else reading, flags)
    failing(os.open, path, os.O_RDONLY, dir_fd="none")
    failing(os.writev, writing, 5)
    failing(os.writev, writing, ["text"])
    failing(os.writev, writing, iter([b"a"]))
    failing(os.readv, reading, [b"constant"])
    failing(os.closerange, "a", "b")
    failing(select.select, [reading], [], "none")
    failing(select.select, [object()], [], [])
    poll = select.poll()
    failing(poll.poll, "long")
    failing(poll.unregister, "nothing")
    epoll = select.epoll()
    epoll.close()
    failing(epoll.__enter__)
    failing(fcntl.fcntl, "none", fcntl.F_DUPFD)


def odd_but_right(reading, writing, path):
    descriptor, place = Number(writing), Path(path)
    show(os.write(descriptor, b"x"), descriptor.asked)
    with open(place, "wb", 0) as raw:
        show(place.asked, raw)
        failing(raw.write, "text")
        show(raw.write(bytearray(b"12")), raw.write(memoryview(b"3").cast("B", ())))
    os.writev(writing, [memoryview(b"4").cast("B", ())])
    with open(reading, "rb", 0, closefd=False) as raw:
        failing(raw.readinto, b"constant")
        failing(raw.read, "long")
        buffer = bytearray(10)
        show(raw.readinto(memoryview(buffer)[:1].cast("B", ())), buffer)
    copy = fcntl.fcntl(reading, fcntl.F_DUPFD, 50)
    show(copy, os.read(copy, 10))
    os.close(copy)


def wrong_files(writing, path):
    for options in (
        {"mode": "rb", "buffering": 1 << 70},
        {"mode": "w", "newline": "x"},
        {"mode": "w", "encoding": "none such"},
        {"mode": "w", "errors": 5},
    ):
        failing(open, path, **options)
    with open(writing, "w", closefd=False) as file:
        failing(file.writelines, [b"a", b"b"])
        failing(file.buffer.writelines, ["a"])
        failing(file.buffer.write, None)
        show(type(file.buffer.raw)(writing, mode="w", closefd=False))
        buffered = type(file.buffer)(file.buffer.raw)
        show(buffered.write(b"abc"), buffered.flush(), buffered)
        text = type(file)(buffered, write_through=True)
        show(text.write("abc"), text.flush(), text)
        failing(type(file), buffered, "none such")
        text.detach().detach()
