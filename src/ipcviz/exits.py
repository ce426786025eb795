"""The exit codes of the program."""

from __future__ import annotations

DONE = 0
FAILED = 1
"""A role ended as it should not, a step did not come true, or ipcviz could not clean up."""
USAGE = 2
"""The command line or a file is wrong, or there is no terminal."""
FOUND = 3
"""A finding that --fail-on names was raised."""
TIMED_OUT = 4
INTERRUPTED = 130
"""By Ctrl+C."""
BY_SIGNAL = 128
"""To this the number of the signal is added that ended ipcviz, as shells tell it."""
