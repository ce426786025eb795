"""What is drawn in which colour: one table for every state and thing, used everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipcviz.model import Role
    from ipcviz.model.timeline.rows import Row

STATES = {
    "running": "$success",
    "ready": "$primary",
    "sleeping": "$quiet",
    "blocked": "$warning",
    "stopped": "$accent",
    "zombie": "$accent",
    "exited": "$quiet",
    "failed": "$error",
    "killed": "$error",
    "not started": "$faint",
}
"""State -> colour. The state is as in lifelines.Segment."""

SEVERITIES = {"error": "$error", "warning": "$warning", "info": "$quiet"}
"""Severity of a finding -> colour."""

ENDED = ("exited", "failed", "killed")
"""The states of a role whose process is gone."""

MEANINGS = {
    "running": "on a processor, or able to be",
    "ready": "waits for you, in a read of its standard input",
    "sleeping": "waits for a timer only",
    "blocked": "sleeps in a call that somebody else must end",
    "stopped": "by SIGSTOP and its kin",
    "zombie": "ended, and its parent has not waited for it yet",
    "exited": "ended as it should",
    "failed": "ended with an exit code that its scenario does not allow",
    "killed": "ended by a signal",
    "not started": "nobody has started it",
}

LIFELINES = {
    "running": "┃",
    "ready": "│",
    "sleeping": "┆",
    "blocked": "▒",
    "stopped": "║",
    "zombie": "╎",
}
"""State -> what a lifeline is made of; nothing once it has ended. A short wait is SHORT_WAIT."""
SHORT_WAIT = "┊"
STUCK = "▓"
"""What a lifeline is made of, and a stretch of it, while there is an error about its wait."""
STUCK_STYLE = SEVERITIES["error"]

_KINDS = {
    "start": "$quiet",
    "go on": "$success",
    "end": "$quiet",
    "message": "$secondary",
    "read": "$secondary",
    "lost": "$error",
    "fill": "$secondary",
    "drain": "$secondary",
    "signal": "$accent",
    "handler": "$accent",
    "stop": "$accent",
    "dropped": "$warning",
    "difference": "bold $warning",
    "note": "$quiet",
    "over": "$success",
}

CHIP = "bold $chip on $chip-ground"
"""A key to press."""
WAITING_BAND = "$on-waiting on $waiting-band"
FAILED_BAND = "$on-failed on $failed-band"
HELD_BAND = "$on-held on $held-band"


def state_of(role: Role) -> str:
    """The role's state, and where it has ended, how: `failed` and `killed` are told apart."""
    if role.failed:
        return "failed" if role.exit is None or role.exit.signal is None else "killed"
    if role.exit is not None and role.exit.signal is not None:
        return "killed"
    return role.state


def row_style(row: Row) -> str:
    """The colour of a row of the timeline."""
    if row.message is not None and row.message.error is not None:
        return "$error"
    if row.kind == "finding" and row.finding is not None:
        return SEVERITIES[row.finding.severity]
    if row.kind in ("block", "exit"):
        return STATES.get(row.mark, "$quiet")
    return _KINDS.get(row.kind, "$quiet")
