"""As worker.py, but opens each FIFO for the one thing it does with it, in main's order.

mkfifo main_to_worker worker_to_main
python worker_one_way.py main_to_worker worker_to_main
"""

import sys

from hooks import answer

print("opening")
with (
    open(sys.argv[1]) as requests,  # waits until somebody opens it to write
    open(sys.argv[2], "w") as replies,  # waits until somebody opens it to read
):
    print("waiting for a request")
    request = requests.readline()
    if not request:
        sys.exit("Main ended without a request.")

    print("answering", request.strip())
    replies.write(answer(request))
