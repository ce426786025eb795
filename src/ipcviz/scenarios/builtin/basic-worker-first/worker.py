"""Waits for one request, answers it, ends.

mkfifo main_to_worker worker_to_main
python worker.py main_to_worker worker_to_main
"""

import os
import sys

from hooks import answer


def open_both_ways(path, mode):
    """Open a FIFO to read and to write, whatever is then done: so open() never waits."""
    return os.fdopen(os.open(path, os.O_RDWR), mode)


requests = open_both_ways(sys.argv[1], "r")
replies = open_both_ways(sys.argv[2], "w")

print("waiting for a request")
request = requests.readline()

print("answering", request.strip())
replies.write(answer(request))
replies.flush()
