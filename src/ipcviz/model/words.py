"""How calls, processes and waits are named wherever they are shown."""

from __future__ import annotations

from ipcviz.events import ProcessExit, State
from ipcviz.model.model import Model
from ipcviz.text import file_name

_FEW = 3
"""Things that a call is on that are named."""


def command_text(command: tuple[str, ...]) -> str:
    """What was started, short: the program's name and its script, `python main.py`."""
    if not command:
        return "a process"
    program = file_name(command[0])
    script = file_name(command[1]) if len(command) > 1 else ""
    if script and "." in script and not script.startswith("-"):
        return f"{program} {script}"
    return program


def call_text(model: Model, state: State) -> str:
    """The call a thread sleeps in and what it is on: `read(worker_to_main)`, `wait(main 4711)`.
    Empty for a thread that runs."""
    if not isinstance(state.call, str):
        return "" if state.on is None else f"({state.on})"
    return f"{state.call}({target_text(model, state)})"


def target_text(model: Model, state: State) -> str:
    """What the call is on: channels, a locked file, children by name and pid, or words."""
    channels = [wanted.channel for wanted in state.waits_for if wanted.channel is not None]
    if channels:
        return _few(list(dict.fromkeys(channels)))
    if state.channel is not None:
        return state.channel
    locked = [wanted.lock for wanted in state.waits_for if wanted.lock is not None]
    if locked and state.call == "lock":
        return locked[0]
    pids = [pid for wanted in state.waits_for for pid in wanted.pids]
    if pids:
        return _few([named_with_pid(model, pid) for pid in pids])
    return state.on or ""


def _few(names: list[str]) -> str:
    return ", ".join(names if len(names) <= _FEW else [*names[:_FEW], "…"])


def named_with_pid(model: Model, pid: int) -> str:
    """`main 4711`: the role with its pid, or the program with it."""
    name = model.name_of(pid)
    return name if name.endswith(f" {pid}") else f"{name} {pid}"


def exit_text(exit: ProcessExit) -> str:
    """How a process ended: `exit 0`, `SIGKILL`, or `ended` where that is not known."""
    if exit.code is not None:
        return f"exit {exit.code}"
    return exit.signal or "ended"


def joined(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
