"""Processes and threads, started in every way."""

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import threading

from printing import descriptors, failing, show


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
