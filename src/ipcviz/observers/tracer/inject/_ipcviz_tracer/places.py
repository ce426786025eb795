"""Where the program is: the innermost frame that is its own, not ours and not the library's."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

_OURS = __file__.rpartition("/")[0] + "/"
_LIBRARY = os.__file__.rpartition("/")[0] + "/"
_NOT_LIBRARY = (_LIBRARY + "site-packages/", _LIBRARY + "dist-packages/")
_PASSED_OVER = (_OURS, _LIBRARY, "<frozen ")


class _Nowhere:
    """Stands for the frame of a call that no Python code makes, as the flush at the exit."""

    class f_code:
        co_filename = ""

    f_lasti = f_lineno = 0
    f_back = None


nowhere: FrameType = _Nowhere()  # type: ignore[assignment]

frame = sys._getframe


def is_ours(name: str) -> bool:
    """Whether a file of this name belongs to the tracer."""
    return name.startswith(_OURS)


def caller(depth: int) -> FrameType:
    """The frame `depth` above the one that asks."""
    try:
        return frame(depth + 1)
    except ValueError:
        return nowhere


def own(start: FrameType | None) -> FrameType:
    """The program's own frame from `start` on outwards; if there is none, the first not ours."""
    fallback = None
    here = start
    while here is not None:
        name = here.f_code.co_filename
        if not name.startswith(_PASSED_OVER) or name.startswith(_NOT_LIBRARY):
            return here
        if fallback is None and not name.startswith(_OURS):
            fallback = here
        here = here.f_back
    return fallback or nowhere
