"""One line of the timeline."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """Something worth telling.

    role: at whose lifeline it stands.
    kind: `start` of a process; `block`, `go on`: a wait and its release; `end`: an end of a pipe
        was opened or closed; `fill`, `drain`: a pipe holds more, or less; `signal`, `stop`, `exit`,
        `note`.
    mark: the state that the lifeline is in from here on (as lifelines.Segment), or "".
    by: the role from which an arrow leads here: who started, released or signalled it, if known.
    to: for `fill` and `drain`, the role at whose end the pipe is read.
    detail: the right-hand column.
    """

    seq: int
    t: int
    role: str
    kind: str
    text: str
    mark: str = ""
    by: str | None = None
    to: str | None = None
    detail: str = ""
