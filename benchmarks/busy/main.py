"""Fires 20,000 hooks, 2,000 a second."""

import os
import sys
import time

HOOKS, EVERY = 20_000, 1 / 2_000

requests = os.open(sys.argv[1], os.O_WRONLY)
replies = os.open(sys.argv[2], os.O_RDONLY)
began = time.monotonic()
for number in range(HOOKS):
    early = began + number * EVERY - time.monotonic()
    if early > 0:
        time.sleep(early)
    os.write(requests, b'{"hook": {"name": "echo", "args": [%d]}}\n' % number)
    os.read(replies, 4096)
