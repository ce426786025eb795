"""The program `ipcviz`. Every mistake ends in a sentence and an exit code."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys

from ipcviz.errors import ControlError, UsageError
from ipcviz.exits import BY_SIGNAL, FAILED, INTERRUPTED, USAGE

_COMPLETION = "_IPCVIZ_COMPLETE"
"""Set by the shell where it asks for the completion of a command line (click's name for it)."""


def main() -> None:
    """Carry out the command line and exit."""
    if sys.platform != "linux":
        print("ipcviz: reads /proc and pidfds, so it runs on Linux only.", file=sys.stderr)
        sys.exit(USAGE)
    _open_standard_streams()
    try:
        code = _answer()
        sys.stdout.flush()
    except UsageError as error:
        _say(error)
        code = USAGE
    except ControlError as error:
        _say(error)
        code = FAILED
    except BrokenPipeError:
        _complain(None)
        code = BY_SIGNAL + signal.SIGPIPE
    except OSError as error:
        _complain(error)
        code = FAILED
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _open_standard_streams() -> None:
    """Put /dev/null where a standard stream was closed, so that no other file gets its number;
    and let standard output stand for what its encoding cannot show, instead of ending the run."""
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), descriptor)
            setattr(sys, name, os.fdopen(descriptor, "w" if descriptor else "r", closefd=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _say(error: Exception) -> None:
    """The sentence of a mistake, a line each of several; it may name what others wrote."""
    from ipcviz.text import clean

    lines = str(error).splitlines()
    print("ipcviz: " + "\n".join(clean(line) for line in lines), file=sys.stderr)


def _complain(error: OSError | None) -> None:
    if error is not None:
        print(f"ipcviz: {error.strerror or error}.", file=sys.stderr)
    # What could not be written to standard output is still there, and would fail once more.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _answer() -> int:
    if len(sys.argv) == 1 and _COMPLETION not in os.environ:
        from ipcviz.launch import open_app  # the menu appears sooner without the commands

        return open_app()
    gc.disable()
    from ipcviz.cli import answer

    gc.freeze()  # What was imported stays, so there is no garbage in it to look for.
    gc.enable()
    return answer()


if __name__ == "__main__":
    main()
