"""What pipes hold, who holds their ends, and which come and go."""

from __future__ import annotations

import fcntl
import os
import random
import struct
import subprocess
import termios

from ipcviz.events import ChannelCreate, ChannelRemove, Fill, Holder
from observers.watching import Watched


def queued(fd: int) -> int:
    """FIONREAD, asked of the test's own descriptor."""
    (count,) = struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, bytes(4)))
    return int(count)


def test_the_gauge_is_what_the_kernel_counts(watched: Watched) -> None:
    watched.python("import time\nos.open(a, os.O_RDWR)\ntime.sleep(600)")
    watched.until(lambda: watched.told(Fill), "the FIFO is held")
    chance = random.Random(4)
    fd = os.open(watched.a, os.O_RDWR | os.O_NONBLOCK)
    try:
        for _ in range(50):
            if chance.random() < 0.6:
                os.write(fd, bytes(chance.randrange(1, 3000)))
            elif queued(fd):
                os.read(fd, chance.randrange(1, 3000))
            watched.look()
            assert watched.fill("a").queued == queued(fd)
            assert watched.fill("a").capacity == fcntl.fcntl(fd, fcntl.F_GETPIPE_SZ)
    finally:
        os.close(fd)


def test_the_holders_of_each_end(watched: Watched) -> None:
    reader = watched.python(
        "import time\nfd = os.open(a, os.O_RDONLY)\nos.set_inheritable(fd, True)\nos.dup2(fd, 9)\n"
        "time.sleep(600)"
    )
    writer = watched.python(
        "import time\nos.dup2(os.open(a, os.O_WRONLY), 8)\ntime.sleep(600)", "w"
    )
    watched.settled(reader, state="sleeping")
    watched.settled(writer, state="sleeping")
    fill = watched.fill("a")
    assert Holder(pid=reader, fd=9, mode="read", cloexec=False, named=True) in fill.readers
    assert Holder(pid=writer, fd=8, mode="write", cloexec=False, named=True) in fill.writers
    assert {holder.pid for holder in fill.readers} == {reader}
    assert {(holder.pid, holder.mode) for holder in fill.writers} == {(writer, "write")}


def test_a_path_descriptor_holds_no_end(watched: Watched) -> None:
    pid = watched.python("import time\nos.open(a, os.O_PATH)\ntime.sleep(600)")
    watched.settled(pid, state="sleeping")
    assert not watched.told(Fill)


def test_an_anonymous_pipe_comes_and_goes(watched: Watched) -> None:
    pid = watched.python(
        "import subprocess, time\nchild = subprocess.Popen(['cat'], stdin=subprocess.PIPE)\n"
        "os.read(os.open(a, os.O_RDWR), 1)\nchild.communicate()\ntime.sleep(600)"
    )
    cat = watched.started("cat")
    state = watched.blocked(cat, "read")
    created = watched.told(ChannelCreate, channel=state.channel)
    assert [event.channel for event in created] == [f"pipe:[{created[0].inode}]"]
    assert (created[0].kind, created[0].path) == ("pipe", None)
    assert state.releasers == (pid,)
    with open(watched.a, "wb") as pipe:
        pipe.write(b"x")
    watched.until(lambda: watched.told(ChannelRemove, channel=state.channel), "the pipe goes")


def test_an_undeclared_fifo_is_told_with_its_path(watched: Watched) -> None:
    path = watched.directory / "other"
    os.mkfifo(path)
    watched.python("import time\nos.open('other', os.O_RDWR)\ntime.sleep(600)")
    created = watched.until(lambda: watched.told(ChannelCreate), "the FIFO comes into view")[0]
    assert (created.channel, created.kind, created.path) == (str(path), "fifo", str(path))
    assert created.inode == path.stat().st_ino


def test_the_pipe_of_a_standard_stream_is_no_channel(watched: Watched) -> None:
    pid = watched.python("sys.stdin.read()", stdin=subprocess.PIPE)
    watched.settled(pid, state="ready")
    assert not watched.told(ChannelCreate)
    assert not watched.told(Fill)
