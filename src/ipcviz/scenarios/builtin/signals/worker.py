"""Starts main, which wakes it by a signal when there is work, and waits for main to end.

    mkfifo main_to_worker worker_to_main
    python worker.py main_to_worker worker_to_main

It never ends by itself: main waits for an answer, and the worker waits for main.
"""

import os
import signal
import subprocess
import sys

from hooks import answer

MAIN = os.path.join(os.path.dirname(__file__), "main.py")
pending = []


def take_note(number, frame):
    """Only this: a handler may have interrupted anything, so it should do next to nothing."""
    pending.append(number)


def open_both_ways(path, mode):
    """Open a FIFO to read and to write, whatever is then done: so open() never waits."""
    return os.fdopen(os.open(path, os.O_RDWR), mode)


requests = open_both_ways(sys.argv[1], "r")
replies = open_both_ways(sys.argv[2], "w")
signal.signal(signal.SIGUSR1, take_note)

main = subprocess.Popen([sys.executable, MAIN, sys.argv[1], sys.argv[2], str(os.getpid())])
print("started main", main.pid)
main.wait()  # goes on waiting after the handler ran

print("main has ended; signals noted:", len(pending))
if pending:
    replies.write(answer(requests.readline()))
    replies.flush()
