"""Fires a hook for each line of its standard input: the hook's name, then a message. The provider
starts it, with the paths of two FIFOs."""

import json
import os
import sys

HEADERS = {"subject": "Lunch", "to": "ada@example.org", "from": "bob@example.org", "cc": ""}


def open_both_ways(path, mode):
    """Open a FIFO to read and to write, whatever is then done: so open() never waits."""
    return os.fdopen(os.open(path, os.O_RDWR), mode)


requests = open_both_ways(sys.argv[1], "w")
replies = open_both_ways(sys.argv[2], "r")

for line in sys.stdin:
    name, _, body = line.strip().partition(" ")
    request = {"hook": {"name": name, "args": [body, HEADERS]}}
    requests.write(json.dumps(request) + "\n")
    requests.flush()

    answer = json.loads(replies.readline())
    if answer["exitStatus"] == 0:
        print("Hook exited successfully!")
        print(answer["payload"])
    else:
        print("Hook failed.")
