"""Records what a Python program does with FIFOs, pipes and signals, for ipcviz to read.

Runs inside other people's interpreters: standard library only, Python 3.8 to 3.14, and whatever
goes wrong here must not be noticed by the program. What is recorded, and how it lies in memory:
layout.py. Started by the sitecustomize beside this package when IPCVIZ_TRACE names a directory.
"""

from __future__ import annotations

import os
import sys

DIRECTORY = "IPCVIZ_TRACE"

_MODULES = (
    "layout memory places sites tracebacks rings calls disguise hooks descriptors transfers"
    " buffers files opening streams signals processes forks polls installation"
)
"""All, each after those that it imports."""


def start() -> None:
    """Begin to record, if the environment says where to; raise what hinders it."""
    directory = os.environ.get(DIRECTORY)
    if not directory:
        return
    if sys.version_info < (3, 8):
        raise RuntimeError("the tracer needs Python 3.8 or newer")
    _load()
    sys.modules[__name__ + ".installation"].install(directory)


def explain(error: BaseException) -> None:
    """Leave the reason why this process is not traced as a line in PID.why."""
    directory = os.environ.get(DIRECTORY)
    if directory:
        with open("%s/%d.why" % (directory, os.getpid()), "w") as file:
            file.write("%s\n" % (str(error) or type(error).__name__).replace("\n", " "))


def _load() -> None:
    """Import all modules; to look for each where it can only be would take half of a start."""
    package = sys.modules[__name__]
    for name in _MODULES.split():
        path = "%s/%s.py" % (__path__[0], name)
        full_name = "%s.%s" % (__name__, name)
        module = type(sys)(full_name)
        module.__file__, module.__package__ = path, __name__
        sys.modules[full_name] = module
        setattr(package, name, module)
        type(__loader__)(full_name, path).exec_module(module)
