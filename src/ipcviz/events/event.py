"""What every event carries."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Source = Literal["ipcviz", "kernel", "tracer", "strace"]


# A log holds many, and none leads back to itself: the garbage collector need not go through them.
class Event(Struct, kw_only=True, frozen=True, omit_defaults=True, tag_field="type", gc=False):
    """What every line carries. `seq` is given by the log; until then it is -1. `late`: something
    that happened after it was told before it."""

    seq: int = -1
    t: int
    source: Source | None = None
    pid: int | None = None
    tid: int | None = None
    role: str | None = None
    late: bool = False
