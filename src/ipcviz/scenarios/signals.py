"""Names and numbers of signals. signal(7)."""

from __future__ import annotations

import re
import signal

from ipcviz.scenarios.mistakes import did_you_mean

_REAL_TIME = re.compile(r"RT(MIN|MAX)(?:([+-])(\d+))?")
_STANDARD = {
    name.removeprefix("SIG"): member.value
    for name, member in signal.Signals.__members__.items()
    if member < signal.SIGRTMIN
}


def number(text: str) -> int:
    """The number of a signal written as USR1, SIGUSR1, 10, RTMIN+2 or SIGRTMAX-1.

    Raises ValueError, with a sentence, for what is no signal.
    """
    short = text.upper().removeprefix("SIG")
    found = _STANDARD.get(short)
    if found is None:
        found = int(text) if text.isdecimal() and len(text) < 4 else _real_time(short)
    if found is None or not 1 <= found < signal.NSIG:
        raise ValueError(f'there is no signal "{text}"' + did_you_mean(short, _STANDARD))
    return found


def _real_time(short: str) -> int | None:
    match = _REAL_TIME.fullmatch(short)
    if match is None:
        return None
    base = signal.SIGRTMIN if match[1] == "MIN" else signal.SIGRTMAX
    distance = int(match[3] or 0) * (-1 if match[2] == "-" else 1)
    found = base + distance
    return found if signal.SIGRTMIN <= found <= signal.SIGRTMAX else None


def name(number: int) -> str:
    """The name of a signal, as in SIGUSR1; a real-time one as SIGRTMIN+2, one that the C
    library keeps to itself as SIG32."""
    if signal.SIGRTMIN <= number <= signal.SIGRTMAX:
        beyond = number - signal.SIGRTMIN
        return f"SIGRTMIN+{beyond}" if beyond else "SIGRTMIN"
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"
