"""Uses every call that the tracer hooks, and every way of opening, and prints what it sees.

Prints no number that differs from run to run: no pid, no inode, no time.
"""

import asyncio
import gc
import io
import multiprocessing
import os
import pathlib
import pickle
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
import warnings


def show(*what):
    print(*what, flush=True)


def descriptors():
    """The open descriptors of this process, without the one that lists them."""
    gc.collect()
    listed = [int(name) for name in os.listdir("/proc/self/fd")]
    return sorted(number for number in listed if os.path.exists("/proc/self/fd/%d" % number))


def failing(what, *args, **options):
    try:
        what(*args, **options)
    except Exception:
        traceback.print_exc(file=sys.stdout)
    else:
        show("did not fail")


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


class Path:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


class Attribute:
    read = os.read
    open = open


def ways_of_opening(folder):
    path = os.path.join(folder, "fifo")
    keep = os.open(path, os.O_RDWR)
    openers = (
        lambda: open(path, "w"),
        lambda: open(path, "wb"),
        lambda: open(path, "wb", 0),
        lambda: open(path, "w", 1, newline="\r\n"),
        lambda: open(path, "a", encoding="utf-16", errors="replace"),
        lambda: io.open(os.fsencode(path), "w", buffering=16),
        lambda: pathlib.Path(path).open("w"),
        lambda: open(Path(path), "w"),
        lambda: open(path, "w", opener=lambda name, flags: os.open(name, flags)),
        lambda: open(os.open(path, os.O_WRONLY), "w"),
        lambda: os.fdopen(os.open(path, os.O_WRONLY), "wb"),
        lambda: open(keep, "w", closefd=False),
    )
    for make in openers:
        file = make()
        text = isinstance(file, io.TextIOBase)
        buffered = file.buffer if text else file
        raw = getattr(buffered, "raw", buffered)
        show(repr(file).replace(folder, ""), file.mode, file.fileno(), file.isatty())
        show(repr(buffered).replace(folder, ""), repr(raw).replace(folder, ""))
        show(type(file), type(file).__name__, type(file).__qualname__, type(raw).__module__)
        show(isinstance(file, (io.TextIOWrapper, io.BufferedWriter, io.FileIO)))
        show(raw.closefd, raw.seekable(), raw.readable(), raw.writable(), file.closed)
        if text:
            show(file.encoding, file.errors, file.newlines, file.line_buffering)
            show(file.write_through)
        show(file.write("é\n" if text else b"\xc3\xa9\n"))
        file.flush()
        show(os.read(keep, 100))
        file.writelines(["a\n", "b\n"] if text else [b"a\n", b"b\n"])
        file.close()
        show(os.read(keep, 100), file.closed, raw.closed)
        failing(file.write, "after the end" if text else b"after the end")
        file.close()
    for mode in "q", "rw", "rbt", "r+", "", "rb+", 5:
        failing(open, path, mode)
    failing(open, path, "rb", encoding="utf-8")
    failing(open, path, "r", 0)
    failing(open, path, "x")
    failing(open, os.path.join(folder, "none"))
    failing(open, folder)
    failing(open, "null\0")
    failing(open)
    failing(open, path, nothing=1)
    failing(open, path, "w", opener=lambda name, flags: -1)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        open(path, "wb", 1).close()
        show([(str(one.message), one.category, one.lineno) for one in caught])
    with open(path, "r+b", 0) as file:
        show(file, file.write(b"to itself\n"), file.read(4), file.readline(), file.mode)
    os.close(keep)
    show("left", descriptors())


def reading_files():
    reading, writing = os.pipe()
    os.write(writing, "erste\nzweite é\r\ndritte\n\nrest".encode())
    with open(reading, newline=None) as file:
        show(file.readline(), file.read(3), next(file), [file.readline()])
        os.close(writing)
        show(list(file), file.read(), repr(file))
    reading, writing = os.pipe()
    os.write(writing, b"0123456789" * 1000)
    file = open(reading, "rb")
    show(file.peek(1)[:4], file.read1(3), file.read(5), file.readinto(bytearray(4)))
    os.close(writing)
    show(len(file.read()), file.read(), file.readline())
    raw = file.detach()
    show(raw, raw.read(1), raw.readall(), raw.readinto(bytearray(1)))
    raw.close()
    failing(raw.read, 1)
    reading, writing = os.pipe2(os.O_NONBLOCK)
    with open(reading, "rb", 0) as raw:
        show(raw.read(1), raw.readall(), raw.readinto(bytearray(1)), raw.read())
        os.write(writing, b"a line\nand more")
        show(raw.readline(), raw.read(-1))
    with open(writing, "wb", 0) as raw:
        failing(raw.write, b"nobody reads")
    show("left", descriptors())


def writing_files():
    reading, writing = os.pipe()
    with open(writing, "w", newline="\r\n", encoding="latin-1") as file:
        failing(file.write, "\u20ac")
        failing(file.write, 5)
        show(file.write("ä\n"), file.reconfigure(encoding="utf-8", line_buffering=True))
        show(file.write("ö\n"), os.read(reading, 100))
        print("printed", "twice", sep="\n", end="", file=file)
    show(os.read(reading, 100))
    os.close(reading)
    reading, writing = os.pipe2(os.O_NONBLOCK)
    file = open(writing, "wb", 64)
    failing(file.write, b"z" * 200000)
    show(len(os.read(reading, 200000)))
    os.close(reading)
    failing(file.flush)
    failing(file.close)
    show(file.closed)
    reading, writing = os.pipe()
    file = open(writing, "w")
    file.write("to nobody")
    os.close(reading)
    failing(file.close)

    def unclosed(cycle):
        file = open(writing, "w")
        kept = [file]
        if cycle:
            kept.append(kept)
        file.write("unclosed")

    for cycle in False, True:
        reading, writing = os.pipe()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            unclosed(cycle)
            gc.collect()
        show([str(one.message) for one in caught], os.read(reading, 100), os.read(reading, 1))
        os.close(reading)
    show("left", descriptors())


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


def processes():
    sys.stdout.flush()
    if os.fork() == 0:
        show("child", descriptors())
        os._exit(3)
    show(os.WEXITSTATUS(os.wait()[1]))
    for wait in (
        lambda pid: os.waitpid(pid, 0)[1],
        lambda pid: os.wait4(pid, 0)[1],
        lambda pid: os.wait3(0)[1],
        lambda pid: os.waitid(os.P_PID, pid, os.WEXITED).si_status,
    ):
        pid = os.fork()
        if pid == 0:
            os._exit(5)
        show(wait(pid))
    failing(os.wait)
    failing(os.waitpid, -1, os.WNOHANG)
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", "print('spawned')"], os.environ)
    show(os.waitpid(pid, 0)[1])
    failing(os.posix_spawn, "/none", ["/none"], {})
    command = [sys.executable, "-c", "import sys; print(sys.stdin.read().upper(), end='')"]
    show(subprocess.run(command, input=b"through pipes", stdout=subprocess.PIPE))
    show(subprocess.run(command, input="as text", stdout=subprocess.PIPE, text=True).stdout)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdin.write(b"by hand")
        child.stdin.close()
        show(child.stdout.readline(), child.wait(timeout=20))
    child = subprocess.Popen(["sleep", "60"], preexec_fn=lambda: show("before", descriptors()))
    failing(lambda: child.poll() or 1 / 0)
    child.kill()
    show(child.wait())
    failing(subprocess.run, ["/none"])
    with os.popen("echo popen") as file:
        show(file.read(), os.system("exit 2"))
    show("left", descriptors())


def threads():
    reading, writing = os.pipe()

    def write(number):
        for _ in range(50):
            os.write(writing, b"%d" % number)

    started = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    show(sorted(os.read(reading, 1000)) == sorted(b"0123" * 50))
    again = threading.Event()
    thread = threading.Thread(target=again.wait)
    thread.start()
    pid = os.fork()  # warns of the other thread from 3.12 on
    if pid == 0:
        show("child of threads", threading.active_count())
        os._exit(0)
    show(os.waitpid(pid, 0)[1])
    again.set()
    thread.join()
    for end in reading, writing:
        os.close(end)


def worker(connection, number):
    connection.send(("worker", number, connection.recv()))
    connection.close()


def pool_worker(number):
    return number * number


def other_processes():
    for method in "fork", "spawn", "forkserver":
        context = multiprocessing.get_context(method)
        ours, theirs = context.Pipe()
        process = context.Process(target=worker, args=(theirs, 7))
        process.start()
        theirs.close()
        ours.send(method)
        show(ours.recv(), process.join(), process.exitcode)
        ours.close()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        show(pool.map(pool_worker, range(5)))
        pool.close()
        pool.join()
    queue = multiprocessing.get_context("fork").SimpleQueue()
    queue.put("queued")
    show(queue.get())


async def asynchronous(folder):
    child = await asyncio.create_subprocess_exec(
        "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    show(await child.communicate(b"asynchronous"), child.returncode)
    loop = asyncio.get_running_loop()
    reading, writing = os.pipe()
    reader = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(reading, "rb")
    )
    os.write(writing, b"a line\n")
    show(await reader.readline())
    transport.close()
    os.close(writing)
    loop.add_signal_handler(signal.SIGUSR1, lambda: reader.feed_eof())
    os.kill(os.getpid(), signal.SIGUSR1)
    show(await reader.read())


def appearances():
    for one in os.read, os.write, os.open, os.close, os.kill, os.fork, time.sleep, open, io.open:
        show(one.__name__, one.__qualname__, one.__module__, (one.__doc__ or "")[:40])
    for one in os.read, time.sleep, open:
        show(pickle.loads(pickle.dumps(one)) is one)
    show(shutil.rmtree.avoids_symlink_attacks)
    for name in "dir_fd", "effective_ids", "fd", "follow_symlinks":
        supporting = getattr(os, "supports_" + name)
        show(sorted(one.__name__ for one in supporting if one is getattr(os, one.__name__)))
    zero = os.open("/dev/zero", os.O_RDONLY)
    show(Attribute().read(zero, 2), os.read is Attribute.read)
    os.close(zero)
    with Attribute().open("/dev/null") as null:
        show(null)
    show(io.open is open, "_ipcviz_tracer" in sys.modules, "sitecustomize" in sys.modules)
    show([name for name in sys.path if "inject" in name])


def standard_streams():
    show(sys.stdin, sys.stdout, sys.stderr)
    show(sys.stdin.buffer, sys.stdout.buffer, sys.stdout.buffer.raw, sys.stderr.buffer)
    show(sys.stdout is sys.__stdout__, sys.stdin is sys.__stdin__, vars(sys.stdout))
    show(sys.stdout.line_buffering, sys.stderr.line_buffering, sys.stdout.errors)
    show(input(), sys.stdin.readline(), sys.stdin.buffer.read1(5))
    show([line for line in sys.stdin])
    sys.stdout.write("é to the text layer, ")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"bytes to the buffer, ")
    sys.stdout.buffer.flush()
    sys.stdout.buffer.raw.write(b"and to the file\n")
    os.write(1, b"and past all of them\n")
    sys.stderr.write("to standard error\n")


def main():
    folder = sys.argv[1]
    show(descriptors())
    standard_streams()
    functions_of_os(folder)
    ways_of_opening(folder)
    reading_files()
    writing_files()
    signals()
    waiting_for_descriptors()
    processes()
    threads()
    other_processes()
    asyncio.run(asynchronous(folder))
    appearances()
    show("left", descriptors())
    print("held until the exit")
    sys.stderr.write("the end, ")
    raise LookupError("ends with a traceback")


if __name__ == "__main__":
    main()
