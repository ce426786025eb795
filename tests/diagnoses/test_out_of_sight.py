"""Processes that may not be looked into: what they may hold keeps a deadlock from being certain."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

PROGRAM = """
    import ctypes, os, signal, sys, time
    from ipcviz.diagnoses.judge import Judge
    from ipcviz.diagnoses.rules.deadlock import Deadlock
    from ipcviz.log import Log
    from ipcviz.model import Model
    from ipcviz.observers.kernel.observer import KernelObserver
    from waiting import wait_until

    PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
    prctl = ctypes.CDLL(None).prctl

    def fork():
        child = os.fork()
        if child == 0:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        return child

    def sleep_out_of_sight():
        if fork() == 0:
            prctl(PR_SET_DUMPABLE, 0)
            time.sleep(600)

    def wait_for_each_other():
        there, back = os.pipe(), os.pipe()
        if fork() == 0:
            there, back = back, there
        elif sys.argv[1] == "below":
            sleep_out_of_sight()
        os.read(back[0], 1)

    if os.getuid() == 0:
        os.setuid(65534)
        prctl(PR_SET_DUMPABLE, 1)
    log, model = Log(), Model()
    log.listen(model.apply)
    observer = KernelObserver(log, {}, [], {})
    if fork() == 0:
        wait_for_each_other()
    if sys.argv[1] == "beside":
        sleep_out_of_sight()

    def at_rest():
        observer.look({})
        states = [state for one in model.living() for state in one.threads.values()]
        return len(states) == 3 and all(one.state == "blocked" and one.agreed for one in states)

    wait_until(at_rest, "all are at rest")
    for finding in Judge(model, [Deadlock()]).judge(log.now() + 10**9):
        print(finding.certain, finding.why)
"""
"""Two that wait for each other, and a third whose descriptors may not be seen, since it is not
dumpable (prctl(2)): it is below one of them in the tree of processes, or beside both."""


@pytest.mark.parametrize("where", ["below", "beside"])
def test_whoever_is_out_of_sight(where: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), where],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    if where == "below":
        assert done.stdout == ""
    else:
        assert done.stdout.startswith("False ")
        assert done.stdout.endswith(" holds open cannot be seen.\n")
