"""Answers one hook after the other, until main has ended."""

import os
import sys

requests = os.open(sys.argv[1], os.O_RDONLY)
replies = os.open(sys.argv[2], os.O_WRONLY)
while request := os.read(requests, 4096):
    os.write(replies, b'{"exitStatus": 0, "payload": %d}\n' % len(request))
