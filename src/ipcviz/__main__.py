"""The program `ipcviz`. Every mistake ends in a sentence and an exit code."""

from __future__ import annotations

import io
import os
import sys

from ipcviz.errors import ControlError, UsageError
from ipcviz.exits import FAILED, INTERRUPTED, USAGE

_COMPLETION = "_IPCVIZ_COMPLETE"
"""Set by the shell where it asks for the completion of a command line (click's name for it)."""


def main() -> None:
    """Carry out the command line and exit."""
    if sys.platform != "linux":
        print("ipcviz: reads /proc and pidfds, so it runs on Linux only.", file=sys.stderr)
        sys.exit(USAGE)
    # A locale that cannot show a mark must not end the run.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        code = _answer()
    except UsageError as error:
        print(f"ipcviz: {error}", file=sys.stderr)
        code = USAGE
    except ControlError as error:
        print(f"ipcviz: {error}", file=sys.stderr)
        code = FAILED
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def _answer() -> int:
    if len(sys.argv) == 1 and _COMPLETION not in os.environ:
        from ipcviz.launch import open_app  # the menu appears sooner without the commands

        return open_app()
    from ipcviz.cli import answer

    return answer()


if __name__ == "__main__":
    main()
