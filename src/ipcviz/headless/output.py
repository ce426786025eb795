"""Standard output, which may be closed by whoever reads it while the run goes on."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO


class Output:
    """Writes bytes at once. When nobody reads them any more it says so, once, and from then on
    writes nothing: what called it may be in the midst of watching a process."""

    def __init__(self, stream: BinaryIO) -> None:
        self.broken: OSError | None = None
        self.when_broken: Callable[[], None] | None = None
        self._stream = stream

    def write(self, data: bytes) -> None:
        """Write the data, or nothing if an earlier write failed."""
        if self.broken is not None:
            return
        try:
            self._stream.write(data)
            self._stream.flush()
        except OSError as error:
            self.broken = error
            # Python tries to write the rest at its exit, and would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            if self.when_broken is not None:
                self.when_broken()
