"""Records what a Python program does with FIFOs, pipes and signals, for ipcviz to read.

Runs inside other people's interpreters: standard library only, Python 3.8 to 3.14, and whatever
goes wrong here must not be noticed by the program. What is recorded, and how it lies in memory:
layout.py. Started by the sitecustomize beside this package when IPCVIZ_TRACE names a directory.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

DIRECTORY = "IPCVIZ_TRACE"


def _directory() -> Optional[str]:
    import os

    return os.environ.get(DIRECTORY)


def start() -> None:
    """Begin to record, if the environment says where to; raise what hinders it."""
    directory = _directory()
    if not directory:
        return
    if sys.version_info < (3, 8):
        raise RuntimeError("the tracer needs Python 3.8 or newer")
    from . import installation

    installation.install(directory)


def explain(error: BaseException) -> None:
    """Leave the reason why this process is not traced as a line in PID.why."""
    import os

    directory = _directory()
    if directory:
        with open("%s/%d.why" % (directory, os.getpid()), "w") as file:
            file.write("%s\n" % (str(error) or type(error).__name__).replace("\n", " "))
