"""The functions of os that move data and make descriptors."""

import os
import select
import signal
import time

from printing import descriptors, failing, show


def functions_of_os(folder):
    path = os.path.join(folder, "fifo")
    os.mkfifo(path)
    both = os.open(path, os.O_RDWR)
    reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writing = os.open(path, flags=os.O_WRONLY, dir_fd=None)
    show("opened", both, reading, writing)
    failing(os.read, reading, 1)
    show(os.write(writing, b"one"), os.write(writing, bytearray(b"two")))
    show(os.write(writing, memoryview(b"three")[1:]), os.read(reading, 100))
    show(os.write(writing, b"x" * 5000), len(os.read(both, 65536)))
    show(os.writev(writing, [b"ab", bytearray(b"cd")]))
    pieces = bytearray(3), bytearray(3)
    show(os.readv(reading, list(pieces)), pieces)
    copy = os.dup(writing)
    show(copy, os.dup2(writing, 20), os.dup2(writing, 21, inheritable=False))
    show(os.get_inheritable(20), os.get_inheritable(21), os.get_inheritable(copy))
    os.closerange(20, 22)
    for descriptor in both, reading, writing, copy:
        os.close(descriptor)
    failing(os.close, copy)
    failing(os.write, copy, b"")
    failing(os.open, os.path.join(folder, "none", "such"), os.O_RDONLY)
    failing(os.open, path, os.O_WRONLY | os.O_NONBLOCK)
    for what, args in (
        (os.read, ("zero", 1)),
        (os.read, ([], 1)),
        (os.write, (1, "text")),
        (os.close, ("zero",)),
        (os.dup, (None,)),
        (os.kill, ("me", 0)),
        (os.waitpid, ("me", 0)),
        (time.sleep, ("long",)),
        (time.sleep, (-1,)),
        (signal.signal, (signal.SIGUSR1, 5)),
        (signal.signal, (0, signal.SIG_IGN)),
        (select.select, (1, 2, 3)),
    ):
        failing(what, *args)
    first = os.pipe()
    second = os.pipe2(os.O_NONBLOCK)
    show(first, second)
    failing(os.read, second[0], 1)
    os.close(second[0])
    failing(os.write, second[1], b"nobody reads")
    for descriptor in (*first, second[1]):
        os.close(descriptor)
    show("left", descriptors())
