"""Writes a request, wakes the worker by a signal, waits for the answer. The worker starts it,
with the paths of two FIFOs and the worker's PID."""

import json
import os
import signal
import sys

HEADERS = {"subject": "Lunch", "to": "ada@example.org", "from": "bob@example.org", "cc": ""}
REQUEST = {"hook": {"name": "formatMessage", "args": ["Hello, see you at noon", HEADERS]}}


def open_both_ways(path, mode):
    """Open a FIFO to read and to write, whatever is then done: so open() never waits."""
    return os.fdopen(os.open(path, os.O_RDWR), mode)


requests = open_both_ways(sys.argv[1], "w")
replies = open_both_ways(sys.argv[2], "r")
worker = int(sys.argv[3])

print("asking for formatMessage")
requests.write(json.dumps(REQUEST) + "\n")
requests.flush()
os.kill(worker, signal.SIGUSR1)

answer = json.loads(replies.readline())
if answer["exitStatus"] == 0:
    print("Hook exited successfully!")
    print(answer["payload"])
else:
    print("Hook failed.")
