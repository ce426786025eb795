"""Calls that may warn, of the line that called them: of the program's, not of one of ours."""

from __future__ import annotations

from .tracebacks import attempt

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any


def call_as_if_from(start: FrameType, real: Any, args: Any, options: Any) -> Any:
    """Call it in a frame that looks like `start`, for a warning to blame."""
    code = attempt(_like, start)
    if code is None:  # as of nowhere
        return real(*args, **options)
    try:
        return eval(code, start.f_globals, {"real": real, "args": args, "options": options})
    except BaseException as error:
        if error.__traceback__ is not None and error.__traceback__.tb_next is not None:
            error.__traceback__ = error.__traceback__.tb_next.tb_next
        raise


def _like(start: FrameType) -> CodeType:

    code = compile("real(*args, **options)", start.f_code.co_filename, "eval")
    return code.replace(co_firstlineno=start.f_lineno, co_name=start.f_code.co_name)
