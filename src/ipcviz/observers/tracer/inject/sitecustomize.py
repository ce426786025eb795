"""Python runs this at its start: PYTHONPATH leads here. Starts the tracer.

Then it takes away its own traces and runs the program's own sitecustomize, if there is one.
Every Python must be able to read this file, however old, since it is given to all.
"""

import os
import sys


def _start(directory):
    # type: (str) -> None
    # Whatever goes wrong in the tracer may not harm the program.
    try:
        if sys.version_info < (3, 8):
            raise RuntimeError("the tracer needs Python 3.8 or newer, and this is older")
        import _ipcviz_tracer  # type: ignore[import-not-found]

        _ipcviz_tracer.start(directory)
    except BaseException as error:
        _explain(directory, error)
    # A module that shutdown finds here would lose its globals while its hooks are still called.
    for name in [name for name in sys.modules if name.partition(".")[0] == "_ipcviz_tracer"]:
        del sys.modules[name]


def _explain(directory, error):
    # type: (str, BaseException) -> None
    """Leave the reason why this process is not traced."""
    try:
        with open("%s/%d.why" % (directory, os.getpid()), "w") as file:
            file.write((" ".join(str(error).split()) or type(error).__name__) + "\n")
    except Exception:  # the directory is gone
        pass


def _vanish():
    # type: () -> None
    here = os.path.dirname(__file__)
    sys.path[:] = [folder for folder in sys.path if folder != here]
    for folder in here, here + "/_ipcviz_tracer":
        sys.path_importer_cache.pop(folder, None)
    del sys.modules["sitecustomize"]


if os.environ.get("IPCVIZ_TRACE"):
    _start(os.environ["IPCVIZ_TRACE"])
_vanish()
# Where there is none this fails, as it would without us: that is what Python expects.
import sitecustomize  # type: ignore[import-not-found]  # noqa: E402, F401
