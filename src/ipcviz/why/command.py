"""What `ipcviz why` prints, once or again and again."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Sequence

import click

from ipcviz.exits import DONE, FOUND
from ipcviz.why.look import look, worst

EVERY = 1.0
"""Seconds from one look to the next with --watch."""


def why(words: Sequence[str], as_json: bool, watch: bool, width: int) -> int:
    """Look, and tell; with `watch` until a person ends it. Answers the exit code: FOUND where a
    finding is an error. Raises UsageError where a word names no process."""
    gc.freeze()  # What was imported is no garbage; to look for it took longer than the look.
    while True:
        code = _once(words, as_json, watch, width)
        if not watch:
            return code
        time.sleep(EVERY)


def _once(words: Sequence[str], as_json: bool, watch: bool, width: int) -> int:
    seen = look(words)
    if as_json:
        from ipcviz.why.report import encode

        click.echo(encode(seen))
    else:
        from ipcviz.why.text import tell

        colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        if watch and sys.stdout.isatty():
            click.clear()
        click.echo("\n".join(tell(seen, width, colours)))
    return FOUND if worst(seen) == "error" else DONE
