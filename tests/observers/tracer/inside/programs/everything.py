"""Uses every call that the tracer hooks, and every way of opening, and prints what it sees."""

import asyncio
import sys

from appearances import appearances
from files import reading_files, standard_streams, ways_of_opening, writing_files
from functions import functions_of_os
from printing import descriptors, show
from processes import asynchronous, other_processes, processes, threads
from refusals import refusals
from waits import signals, waiting_for_descriptors


def main():
    folder = sys.argv[1]
    show(descriptors())
    standard_streams()
    functions_of_os(folder)
    ways_of_opening(folder)
    reading_files()
    writing_files()
    signals()
    waiting_for_descriptors()
    processes()
    threads()
    other_processes()
    asyncio.run(asynchronous(folder))
    refusals(folder)
    appearances()
    show("left", descriptors())
    print("held until the exit")
    sys.stderr.write("the end, ")
    raise LookupError("ends with a traceback")


if __name__ == "__main__":
    main()
