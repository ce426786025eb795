"""Two programs that fire hooks: run as `round_trips.py os|text main|worker TO BACK [COUNT]`.

The main program prints the seconds that COUNT round trips took, after some that do not count.
Plain Python 3.8, since any Python may run it.
"""

import os
import sys
import time

LINE = "x" * 35 + "\n"
UNCOUNTED = 500


def os_main(to: str, back: str, count: int) -> float:
    """Write and read by os.write and os.read; give the seconds."""
    writing = os.open(to, os.O_WRONLY)
    reading = os.open(back, os.O_RDONLY)
    line = LINE.encode()
    began = 0.0
    for number in range(UNCOUNTED + count):
        if number == UNCOUNTED:
            began = time.perf_counter()
        os.write(writing, line)
        os.read(reading, 4096)
    return time.perf_counter() - began


def os_worker(to: str, back: str) -> None:
    """Send everything back."""
    reading = os.open(to, os.O_RDONLY)
    writing = os.open(back, os.O_WRONLY)
    while True:
        data = os.read(reading, 4096)
        if not data:
            return
        os.write(writing, data)


def text_main(to: str, back: str, count: int) -> float:
    """Write by print and read by readline; give the seconds."""
    line = LINE.rstrip("\n")
    began = 0.0
    with open(to, "w") as writing, open(back) as reading:
        for number in range(UNCOUNTED + count):
            if number == UNCOUNTED:
                began = time.perf_counter()
            print(line, file=writing, flush=True)
            reading.readline()
        return time.perf_counter() - began


def text_worker(to: str, back: str) -> None:
    """Send every line back."""
    with open(to) as reading, open(back, "w") as writing:
        for line in reading:
            print(line, end="", file=writing, flush=True)


if __name__ == "__main__":
    kind, role, to, back, *rest = sys.argv[1:]
    if role == "main":
        seconds = (os_main if kind == "os" else text_main)(to, back, int(rest[0]))
        sys.stdout.write(f"{seconds}\n")
    else:
        (os_worker if kind == "os" else text_worker)(to, back)
