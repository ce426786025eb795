"""Starts a worker, then does what each line of its standard input says."""

import json
import os
import signal
import subprocess
import sys

HEADERS = {"subject": "Lunch", "to": "ada@example.org"}
worker = subprocess.Popen([sys.executable, "worker.py", *sys.argv[1:]])
requests = open(sys.argv[1], "w")
replies = open(sys.argv[2])


def ask():
    hook = {"name": "formatMessage", "args": ["Hello, see you at noon", HEADERS]}
    print(json.dumps({"hook": hook}), file=requests, flush=True)


for line in sys.stdin:
    match line.strip():
        case "ask":
            ask()
            print(json.loads(replies.readline())["payload"])
        case "leave":
            ask()
        case "signals":
            for _ in range(3):
                os.kill(worker.pid, signal.SIGUSR1)
        case "terminate":
            os.kill(worker.pid, signal.SIGTERM)
