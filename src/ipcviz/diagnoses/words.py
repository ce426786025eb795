"""How a rule names processes, descriptors and lengths of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ipcviz.events import SOCKET, TERMINAL, Holder, State
from ipcviz.model import Channel, Model
from ipcviz.model.words import joined
from ipcviz.text import file_name

_MANY = 5


def process(model: Model, pid: int, *fds: int) -> str:
    """`worker`, or `sleep (pid 7)`; with descriptors `sleep (pid 7, fd 1)`."""
    known = model.processes.get(pid)
    numbers = descriptors(fds)
    if known is not None and known.role is not None:
        return f"{known.role} ({numbers})" if numbers else known.role
    program = file_name(known.command[0]) if known is not None and known.command else ""
    inside = f"pid {pid}, {numbers}" if numbers else f"pid {pid}"
    return f"{program or 'a process'} ({inside})"


def descriptors(fds: Iterable[int]) -> str:
    """`fd 4`, `fd 4 and 5`, or the first few and how many more; empty for none."""
    numbers = [str(fd) for fd in sorted(fds)]
    if len(numbers) > _MANY:
        numbers = [*numbers[: _MANY - 1], f"{len(numbers) - _MANY + 1} more"]
    return f"fd {joined(numbers)}" if numbers else ""


def processes(model: Model, pids: Iterable[int]) -> str:
    """Several, joined."""
    return joined([process(model, pid) for pid in pids])


def holders(model: Model, ends: Iterable[Holder]) -> str:
    """Who holds these ends, each process once with its descriptors."""
    by_pid: dict[int, list[int]] = {}
    for end in ends:
        by_pid.setdefault(end.pid, []).append(end.fd)
    return joined([process(model, pid, *fds) for pid, fds in by_pid.items()])


def its_pipe(channel: Channel) -> str:
    """`its pipe`, or a FIFO's name."""
    return "its pipe" if channel.kind == "pipe" else channel.name


def telling_wait(model: Model, pid: int) -> State | None:
    """What its most telling thread does, if that is known."""
    known = model.processes.get(pid)
    return known.telling if known is not None else None


def doing(model: Model, pid: int) -> str:
    """What a process does, as it reads after its name: `waits for data on main_to_worker`."""
    state = telling_wait(model, pid)
    return _DOES["running"] if state is None else thread_doing(model, state)


def thread_doing(model: Model, state: State) -> str:
    """What a thread does, as it reads after the name of its process."""
    if state.state != "blocked":
        frozen = state.state == "stopped" and state.on is not None
        return "is frozen" if frozen else _DOES.get(state.state, "runs")
    if not isinstance(state.call, str):
        return UNSEEN
    purpose = _purpose(model, state)
    return f"waits {purpose}" if purpose and state.call != "open" else _in_call(state, purpose)


def held_up(model: Model, pid: int) -> str:
    """For what a process waits, in which call, and who alone could end that: `main waits in read()
    for data on replies, and only worker could end that`."""
    state = telling_wait(model, pid)
    who = process(model, pid)
    if state is None or state.state != "blocked":
        return f"{who} {doing(model, pid)}"
    wait = f"{who} {_in_call(state, _purpose(model, state))}"
    if state.call == "futex" and state.releasers:
        return wait
    awaited = {one for wanted in state.waits_for for one in wanted.pids}
    others = set(state.releasers or ()) - awaited
    names = [process(model, one) for one in sorted(others - {pid})]
    names += ["it itself"] if pid in others else []
    return f"{wait}, and only {joined(names)} could end that" if names else wait


def in_vain(model: Model, victims: Sequence[int], whom: str) -> str:
    """One more sentence for those who wait for others that are stuck; empty without any."""
    if not victims:
        return ""
    wait = "waits" if len(victims) == 1 else "wait"
    return f" {processes(model, victims)} {wait} for {whom} in vain."


def _in_call(state: State, purpose: str) -> str:
    exact = state.syscall if state.call != "open" else None
    return f"waits in {exact or state.call}() {purpose}".rstrip()


def _purpose(model: Model, state: State) -> str:
    """For what a thread is blocked: `for data on replies`; empty where that is not known."""
    channels = list(dict.fromkeys(one.channel for one in state.waits_for if one.channel))
    pids = [pid for wanted in state.waits_for for pid in wanted.pids]
    wanted = state.waits_for[0] if state.waits_for else None
    if state.call == "open" and wanted is not None:
        other = "reads from" if wanted.end == "reader" else "writes to"
        return f"until somebody {other} {wanted.channel or state.on}"
    if wanted is not None and channels:
        ends = {one.end for one in state.waits_for if one.channel}
        purpose = _FOR.get(ends.pop(), "") if len(ends) == 1 else "data or room on"
        return f"for {purpose} {joined(channels)}"
    if pids and state.call == "wait":
        another = "run another program or " if state.syscall in VFORKS else ""
        return f"for {processes(model, pids[:3])} to {another}end"
    if state.call == "pause":
        return "for a signal"
    return f"for {carried(state)}" if state.on is not None else ""


def carried(state: State) -> str:
    """What the thread waits for that is no pipe: `data on a socket`, `a lock on /tmp/lock`."""
    on = state.on or ""
    for begin, bytes_there in _CARRYING.items():
        if on.startswith(begin) and state.call in _READS:
            return f"{bytes_there} {on}"
        if on.startswith(begin) and state.call in _WRITES:
            return f"room in {on}"
    return on


UNSEEN = "waits for what cannot be seen (no permission)"
"""What a thread does whose calls one may not read."""
VFORKS = ("vfork", "clone", "clone3")
"""Calls that wait for a child, but not only for its end."""
_CARRYING = {SOCKET: "data on", TERMINAL: "input from", "/": "data from"}
"""How the words for something begin that bytes come from and go to, and how to say so."""
_READS = ("read", "recvfrom", "recvmsg", "recvmmsg")
_WRITES = ("write", "sendto", "sendmsg", "sendmmsg")
_FOR = {"data": "data on", "space": "room in", None: "the closing of"}
_DOES = {
    "running": "runs",
    "ready": "waits for a line on its standard input",
    "sleeping": "sleeps",
    "stopped": "is stopped",
    "zombie": "has ended",
}
