from __future__ import annotations

import subprocess
import sys

from ipcviz.observers.survey import related
from ipcviz.observers.survey.scan import Scan
from strangers import Strangers
from waiting import wait_until

NOBODY: frozenset[int] = frozenset()
_IN_VAIN = (
    "import os, signal, time\n"
    "reads, writes = os.pipe()\n"
    "{}\n"
    "while True:\n"
    "    try: {}\n"
    "    except OSError: time.sleep({})"
)


def suspects() -> set[int]:
    return set(related.suspects(Scan(), NOBODY))


def test_who_waits_is_a_suspect(strangers: Strangers) -> None:
    waits = {
        strangers.opens("cat", "fifo"),
        strangers.waits("pipe_read", "cat", stdin=subprocess.PIPE),
        strangers.waits("do_wait", "sh", "-c", "sleep 1000; true"),
        strangers.waits("signal_stop", "sh", "-c", "kill -STOP $$"),
    }
    assert waits <= suspects()


def test_who_sleeps_is_none(strangers: Strangers) -> None:
    pid = strangers.waits("nanosleep", "sleep", "1000", stdin=subprocess.PIPE)
    assert pid not in suspects()


def test_who_is_apart_is_none(strangers: Strangers) -> None:
    pid = strangers.opens("cat", "fifo")
    assert pid not in related.suspects(Scan(), {pid})


def test_a_zombie_and_its_parent_are(strangers: Strangers) -> None:
    code = "import os, signal; os.fork() or os._exit(0); signal.pause()"
    pid = strangers.waits("pause", sys.executable, "-c", code)

    def both() -> bool:
        scan = Scan()
        ended = {child for child in scan.children(pid) if scan.processes[child].ended}
        return bool(ended) and ended | {pid} <= set(related.suspects(scan, NOBODY))

    wait_until(both, "a zombie and its parent are suspects")


def test_who_reads_and_writes_in_vain_is(strangers: Strangers) -> None:
    reads = strangers.start(
        sys.executable, "-c", _IN_VAIN.format("os.close(writes)", "os.read(reads, 1)", 1)
    )
    writes = strangers.waits(
        "nanosleep",
        sys.executable,
        "-c",
        _IN_VAIN.format("os.close(reads)", "os.write(writes, b'x')", 0.05),
    )
    wait_until(lambda: {reads, writes} <= suspects(), "both are suspects")


def test_up_a_pipeline(strangers: Strangers) -> None:
    """From its end to everybody; from the middle only to those before it."""
    shell = strangers.waits("do_wait", "sh", "-c", "sleep 1000 | cat | cat; true")

    def reached() -> list[int]:
        scan = Scan()
        children = scan.children(shell)
        found = (related.closure({pid}, scan, NOBODY) for pid in children)
        return sorted(len(one & children) for one in found)

    wait_until(lambda: reached() == [1, 2, 3], "the last leads to all")


def test_a_child_leads_to_no_parent(strangers: Strangers) -> None:
    shell = strangers.waits("do_wait", "sh", "-c", "cat fifo; true")
    scan = Scan()
    (child,) = scan.children(shell)
    assert related.closure({child}, scan, NOBODY) == {child}
    assert related.closure({shell}, scan, NOBODY) == {shell, child}
    assert related.closure({shell}, scan, {shell}) == {shell}


def test_an_orphan(strangers: Strangers) -> None:
    script = "sh -c 'sleep 1000 & echo $! >pid'; exec cat fifo"
    pid = strangers.opens("sh", "-c", script)
    orphan = int((strangers.directory / "pid").read_text())
    scan = Scan()
    assert related.orphaned(scan.processes[orphan], scan)
    assert not related.orphaned(scan.processes[pid], scan)
