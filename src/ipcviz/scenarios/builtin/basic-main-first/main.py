"""Asks for one hook, prints the answer, ends.

mkfifo main_to_worker worker_to_main
python main.py main_to_worker worker_to_main
"""

import json
import os
import sys

HEADERS = {"subject": "Lunch", "to": "ada@example.org", "from": "bob@example.org", "cc": ""}
REQUEST = {"hook": {"name": "formatMessage", "args": ["Hello, see you at noon", HEADERS]}}


def open_both_ways(path, mode):
    """Open a FIFO to read and to write, whatever is then done: so open() never waits."""
    return os.fdopen(os.open(path, os.O_RDWR), mode)


requests = open_both_ways(sys.argv[1], "w")
replies = open_both_ways(sys.argv[2], "r")

print("asking for formatMessage")
requests.write(json.dumps(REQUEST) + "\n")
requests.flush()

answer = json.loads(replies.readline())
if answer["exitStatus"] == 0:
    print("Hook exited successfully!")
    print(answer["payload"])
else:
    print("Hook failed.")
