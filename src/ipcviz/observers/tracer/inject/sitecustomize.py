"""Python runs this at its start: PYTHONPATH leads here. Starts the tracer and leaves no trace of it.

Then it runs the program's own sitecustomize, if there is one.
"""

import sys


def _start():
    # Nothing that goes wrong in the tracer may harm the program.
    here = __file__.rpartition("/")[0]
    try:
        import _ipcviz_tracer

        _ipcviz_tracer.start()
    except BaseException as error:
        try:
            _ipcviz_tracer.explain(error)
        except Exception:
            pass
    # A module that shutdown finds here would lose its globals while its hooks are still called.
    for name in [name for name in sys.modules if name.partition(".")[0] == "_ipcviz_tracer"]:
        del sys.modules[name]
    sys.path[:] = [folder for folder in sys.path if folder != here]
    for folder in here, here + "/_ipcviz_tracer":
        sys.path_importer_cache.pop(folder, None)


_start()
del sys.modules["sitecustomize"]
import sitecustomize  # noqa: E402, F401  its absence fails as it would without us: site expects that
