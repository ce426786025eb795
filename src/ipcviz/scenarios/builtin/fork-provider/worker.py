"""Answers one request after the other, until it is ended. The provider forks it."""

import os

from hooks import answer


def open_both_ways(path, mode):
    """Open a FIFO to read and to write, whatever is then done: so open() never waits."""
    return os.fdopen(os.open(path, os.O_RDWR), mode)


def serve(main_to_worker, worker_to_main):
    requests = open_both_ways(main_to_worker, "r")
    replies = open_both_ways(worker_to_main, "w")
    for request in requests:  # never ends: the worker itself could still write
        print("answering", request.strip(), flush=True)
        replies.write(answer(request))
        replies.flush()
