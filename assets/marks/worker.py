"""Answers one request after the other; comes late."""

import json
import signal
import sys
import time

signal.signal(signal.SIGUSR1, lambda number, frame: print("SIGUSR1"))
time.sleep(1.5)
requests = open(sys.argv[1])
replies = open(sys.argv[2], "w")
for request in requests:
    body, headers = json.loads(request)["hook"]["args"]
    payload = f"Subject: {headers['subject']}\n----\n{body}"
    print(json.dumps({"exitStatus": 0, "payload": payload}), file=replies, flush=True)
