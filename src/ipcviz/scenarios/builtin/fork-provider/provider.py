"""Forks a worker, starts main, and ends the worker once main has ended.

    mkfifo main_to_worker worker_to_main
    python provider.py main_to_worker worker_to_main

Then type lines such as "formatMessage Hello", and ctrl+d.
"""

import os
import signal
import subprocess
import sys

import worker

MAIN = os.path.join(os.path.dirname(__file__), "main.py")
main_to_worker, worker_to_main = sys.argv[1:]

worker_pid = os.fork()
if worker_pid == 0:  # in the child, which never gets beyond this line
    worker.serve(main_to_worker, worker_to_main)

print("forked worker", worker_pid, flush=True)
main = subprocess.Popen([sys.executable, MAIN, main_to_worker, worker_to_main])
print("started main", main.pid, flush=True)
main.wait()

os.kill(worker_pid, signal.SIGTERM)
os.waitpid(worker_pid, 0)
print("main and worker have ended", flush=True)
