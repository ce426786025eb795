"""Three threads and a forked process write 300,000 messages each into one FIFO."""

import os
import sys
import threading

MESSAGES = 300_000

requests = os.open(sys.argv[1], os.O_WRONLY)


def speak(text: bytes) -> None:
    """Write all messages of one writer, of 1 to 50 times its text."""
    for number in range(MESSAGES):
        os.write(requests, text * (1 + number % 50))


child = os.fork()
if child == 0:
    speak(b"long" * 20)
    os._exit(0)
threads = [threading.Thread(target=speak, args=(text,)) for text in (b"a", b"b", b"c")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.waitpid(child, 0)
