"""As main.py, but opens each FIFO for the one thing it does with it.

mkfifo main_to_worker worker_to_main
python main_one_way.py main_to_worker worker_to_main
"""

import json
import sys

HEADERS = {"subject": "Lunch", "to": "ada@example.org", "from": "bob@example.org", "cc": ""}
REQUEST = {"hook": {"name": "formatMessage", "args": ["Hello, see you at noon", HEADERS]}}

print("opening")
with (
    open(sys.argv[1], "w") as requests,  # waits until somebody opens it to read
    open(sys.argv[2]) as replies,  # waits until somebody opens it to write
):
    print("asking for formatMessage")
    requests.write(json.dumps(REQUEST) + "\n")
    requests.flush()
    line = replies.readline()

if not line:
    sys.exit("The worker ended without an answer.")
answer = json.loads(line)
if answer["exitStatus"] == 0:
    print("Hook exited successfully!")
    print(answer["payload"])
else:
    print("Hook failed.")
