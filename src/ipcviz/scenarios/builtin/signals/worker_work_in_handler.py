"""As worker.py, but the handler does the work itself: it needs a lock that is already held.

    mkfifo main_to_worker worker_to_main
    python worker_work_in_handler.py main_to_worker worker_to_main

It never ends by itself: the handler waits for a lock that only the code it interrupted can free.
"""

import os
import signal
import subprocess
import sys
import threading

from hooks import answer

MAIN = os.path.join(os.path.dirname(__file__), "main.py")
in_use = threading.Lock()  # whoever uses the FIFOs holds it


def work(number, frame):
    """Answer at once, in the midst of whatever was interrupted."""
    with in_use:
        replies.write(answer(requests.readline()))
        replies.flush()


def open_both_ways(path, mode):
    """Open a FIFO to read and to write, whatever is then done: so open() never waits."""
    return os.fdopen(os.open(path, os.O_RDWR), mode)


requests = open_both_ways(sys.argv[1], "r")
replies = open_both_ways(sys.argv[2], "w")
signal.signal(signal.SIGUSR1, work)

with in_use:
    main = subprocess.Popen([sys.executable, MAIN, sys.argv[1], sys.argv[2], str(os.getpid())])
    print("started main", main.pid)
    main.wait()
