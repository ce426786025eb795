from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from ipcviz.observers.survey.scan import Scan
from strangers import Strangers
from waiting import wait_until


def test_the_ends_of_pipes(strangers: Strangers) -> None:
    pid = strangers.waits("pipe_read", "cat", stdin=subprocess.PIPE)
    one = Scan().processes[pid]
    key, reads, writes = one.ends[0]
    assert (reads, writes) == (True, False)
    assert one.links is not None
    assert one.links[0] == f"pipe:[{key[1]}]"
    assert 1 not in one.ends


def test_a_fifo_in_shared_memory(strangers: Strangers) -> None:
    """Which stands below /dev, as no other."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        fifo = Path(folder) / "fifo"
        os.mkfifo(fifo)
        code = f"import os; os.read(os.open({str(fifo)!r}, os.O_RDWR), 1)"
        pid = strangers.waits("pipe_read", sys.executable, "-c", code)
        scan = Scan()
        (end,) = (end for end in scan.processes[pid].ends.values())
        key = (fifo.stat().st_dev, fifo.stat().st_ino)
        assert end == (key, True, True)
        assert scan.holders(key) == scan.readers[key] == scan.writers[key] == {pid}


def test_the_calls_of_every_thread(strangers: Strangers) -> None:
    code = (
        "import os, signal, threading\n"
        "reads, writes = os.pipe()\n"
        "threading.Thread(target=os.read, args=(reads, 1)).start()\n"
        "signal.pause()"
    )
    pid = strangers.waits("pause", sys.executable, "-c", code)
    calls = Scan().processes[pid].calls
    assert calls is not None
    assert sorted(family for family, _ in calls) == ["pause", "read"]


def test_one_that_runs(strangers: Strangers) -> None:
    pid = strangers.start(sys.executable, "-c", "while True: pass")
    wait_until(lambda: Scan().processes[pid].runs, "it runs")
    sleeps = strangers.waits("nanosleep", "sleep", "1000")
    assert not Scan().processes[sleeps].runs


def test_a_signal_that_is_pending_for_all_of_a_process(strangers: Strangers) -> None:
    code = (
        "import os, signal, time\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])\n"
        "time.sleep(1000)"
    )
    pid = strangers.waits("nanosleep", sys.executable, "-c", code)
    assert not Scan().processes[pid].unread
    os.kill(pid, signal.SIGUSR1)
    assert Scan().processes[pid].unread


def test_ipcviz_is_among_them_and_the_kernel_is_not() -> None:
    scan = Scan()
    assert os.getpid() in scan.processes
    assert os.getpid() in scan.children(os.getppid())
    assert not {"kthreadd", "kworker/0:0"} & {one.name for one in scan.processes.values()}


def test_who_comes_and_goes(strangers: Strangers) -> None:
    before, scan = strangers.waits("nanosleep", "sleep", "1000"), Scan()
    came = strangers.waits("pipe_read", "cat", stdin=subprocess.PIPE)
    strangers.end(before)
    scan.take_up()
    assert before not in scan.processes
    key, _, _ = scan.processes[came].ends[0]
    assert scan.readers[key] == {came}
    strangers.end(came)
    scan.take_up()
    assert came not in scan.holders(key)


def test_a_zombie(strangers: Strangers) -> None:
    pid = strangers.start("true")
    wait_until(lambda: Scan().processes[pid].ended, "it has ended")
    assert Scan().processes[pid].ends == {}
