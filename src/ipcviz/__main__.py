"""The program `ipcviz`. Every mistake ends in a sentence and an exit code."""

from __future__ import annotations

import os
import sys

from ipcviz.errors import UsageError

USAGE, INTERRUPTED = 2, 130
"""Exit codes: the command line or a file is wrong; Ctrl+C."""
_COMPLETION = "_IPCVIZ_COMPLETE"
"""Set by the shell where it asks for the completion of a command line (click's name for it)."""


def main() -> None:
    """Carry out the command line and exit."""
    if sys.platform != "linux":
        print("ipcviz: reads /proc and pidfds, so it runs on Linux only.", file=sys.stderr)
        sys.exit(USAGE)
    # A locale that cannot show a mark must not end the run.
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = _answer()
    except UsageError as error:
        print(f"ipcviz: {error}", file=sys.stderr)
        code = USAGE
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
