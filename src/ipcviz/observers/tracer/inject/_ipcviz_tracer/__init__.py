"""Records what a Python program does with FIFOs, pipes and signals, for ipcviz to read.

Runs inside other people's interpreters: standard library only, Python 3.8 to 3.14, and whatever
goes wrong here must not be noticed by the program. What is recorded, and how it lies in memory:
layout.py. Started by the sitecustomize beside this package.
"""

import sys

_MODULES = (
    "layout memory places tracebacks blame sites rings calls disguise hooks deferral descriptors"
    " transfers buffers files opening streams signals processes forks polls installation"
)
"""All, each after those that it imports."""


def start(directory: str) -> None:
    """Begin to record into files of this directory; raise what hinders it."""
    _load()
    sys.modules[__name__ + ".installation"].install(directory)


def _load() -> None:
    """Import all modules, in less than half of the time that import statements would take."""
    package = sys.modules[__name__]
    # What their first line imports when they run is not used, and the program may not want it.
    future = type(sys)("__future__")
    future.annotations = None  # type: ignore[attr-defined]
    wanted = sys.modules.setdefault("__future__", future)
    for name in _MODULES.split():
        # To look for each where it can only be is what takes the time.
        path, full_name = f"{__path__[0]}/{name}.py", f"{__name__}.{name}"
        module = type(sys)(full_name)
        module.__file__, module.__package__ = path, __name__
        sys.modules[full_name] = module
        setattr(package, name, module)
        type(package.__loader__)(full_name, path).exec_module(module)  # type: ignore
    if wanted is future:
        del sys.modules["__future__"]
