"""The standard streams, where they are FIFOs or pipes: made before us, so made anew."""

from __future__ import annotations

import _io
import sys

from .buffers import TextIOWrapper
from .descriptors import pipe_of
from .files import FileIO
from .opening import buffer_size, hold
from .places import nowhere
from .tracebacks import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def replace() -> None:
    """Put streams over our FileIO in their place."""
    for name in "stdin", "stdout", "stderr":
        stream = getattr(sys, name)
        if type(stream) is not _io.TextIOWrapper or stream is not getattr(sys, f"__{name}__"):
            continue
        new = attempt(_anew, stream)
        if new is not None:
            setattr(sys, name, new)
            setattr(sys, f"__{name}__", new)


def _anew(stream: Any) -> Any:
    """The same stream, as Python makes it at its start; None if it is over no pipe."""
    if pipe_of(stream.fileno()) is None:
        return None
    buffered = stream.buffer
    real = getattr(buffered, "raw", buffered)
    raw = FileIO(real.fileno(), real.mode.replace("b", ""), False)
    raw.name = real.name
    lower: Any
    wrapper: Any
    if buffered is real:  # python -u
        lower, wrapper = raw, _io.TextIOWrapper
    elif raw.readable():
        lower, wrapper = _io.BufferedReader(raw, buffer_size(raw)), _io.TextIOWrapper
    else:
        lower, wrapper = hold(raw, buffer_size(raw), nowhere), TextIOWrapper
    new = wrapper(
        lower, stream.encoding, stream.errors, "\n", stream.line_buffering, stream.write_through
    )
    new.mode = stream.mode
    return new
