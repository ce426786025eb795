"""The pieces that a headline's sentence is put together from: one role, in one clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ipcviz.events import State, Wanted
from ipcviz.model.entities import Channel, Process, Role
from ipcviz.model.model import Model
from ipcviz.model.words import call_text, joined


@dataclass(frozen=True)
class Part:
    """A piece of the sentence; `strong` for the names and calls in it."""

    text: str
    strong: bool = False


Clause = tuple[Part, ...]

_NAME = re.compile(r"[\w./-]*\w")

_DOES = {
    "running": " runs",
    "ready": " is ready for a line on its standard input",
    "sleeping": " sleeps until its timer ends",
    "stopped": " is stopped",
    "zombie": " has ended, and nobody has waited for it yet",
    "not started": " is not started",
}
_WANTS = {
    "data": " for data",
    "space": " for room: the pipe is full",
    "reader": " until somebody opens it for reading",
    "writer": " until somebody opens it for writing",
}
_GIVES = {
    "data": "write to it",
    "space": "read from it",
    "reader": "open it for reading",
    "writer": "open it for writing",
}


def emphasised(sentence: str, model: Model) -> Clause:
    """A sentence in which the names of roles stand out."""
    parts: list[Part] = []
    end = 0
    for name in _NAME.finditer(sentence):
        if name[0] in model.roles:
            parts += [Part(sentence[end : name.start()]), Part(name[0], strong=True)]
            end = name.end()
    return (*parts, Part(sentence[end:]))


def says(role: Role, model: Model) -> Clause:
    """What the role does, as a clause without its full stop."""
    name = Part(role.name, strong=True)
    state = role.state
    if state == "exited":
        return (name, Part(how_it_ended(role)))
    telling = role.process.telling if role.process is not None else None
    if state != "blocked" or telling is None:
        return (name, Part(_DOES[state]))
    wanted = first_wanted(telling)
    if wanted is not None and wanted.lock:
        return (name, *_for_a_lock(wanted, telling, model))
    if wanted is not None and wanted.pids:
        children = joined([model.name_of(pid) for pid in wanted.pids[:3]])
        ends = (name, Part(" waits for "), Part(children, strong=True), Part(" to end"))
        return (*ends, *_what_keeps_it(role, model))
    if wanted is not None and wanted.signal:
        return (name, Part(" waits for a signal"))
    call = call_text(model, telling)
    until = _WANTS.get(wanted.end or "", "") if wanted is not None else ""
    return (name, Part(" waits in "), Part(call or "a call", strong=True), Part(until))


def _for_a_lock(wanted: Wanted, state: State, model: Model) -> Clause:
    """Which lock, in which call, and who holds it as far as that is known."""
    waits = f" waits for {state.on or 'a lock'}, in "
    clause = (Part(waits), Part(state.syscall or state.call or "futex", strong=True))
    if not wanted.pids:
        return clause
    holders = joined([model.name_of(pid) for pid in wanted.pids[:3]])
    return (*clause, Part("; "), Part(holders, strong=True), Part(" has it"))


def _what_keeps_it(role: Role, model: Model) -> Clause:
    """The wait on a pipe of a child that plays no role, which keeps the role waiting."""
    for pid, wanted, _ in waits_on(role, model):
        child = model.processes[pid]
        if child is not role.process and child.telling is not None and wanted.end is not None:
            call = call_text(model, child.telling)
            until = _WANTS[wanted.end]
            name = Part(f"{model.name_of(pid)}", strong=True)
            return (Part("; "), name, Part(" waits in "), Part(call, strong=True), Part(until))
    return ()


def how_it_ended(role: Role) -> str:
    """` has ended with exit code 0`, ` was ended by SIGKILL`, ` has ended`."""
    exit = role.exit
    if exit is None or (exit.code is None and exit.signal is None):
        return " has ended"
    if exit.signal is not None:
        return f" was ended by {exit.signal}"
    return f" has ended with exit code {exit.code}"


def first_wanted(state: State) -> Wanted | None:
    """The first thing that would end this wait."""
    return state.waits_for[0] if state.waits_for else None


def waits_on(role: Role, model: Model) -> Iterator[tuple[int, Wanted, Channel]]:
    """The channels that keep the role waiting: who waits on it, what it wants of it, and it. A
    role that waits for children of its own, which play no role, waits for what these wait for."""
    for process in _kept_by(role, model):
        telling = process.telling
        for wanted in telling.waits_for if telling is not None else ():
            if wanted.channel is not None and wanted.channel in model.channels:
                yield process.pid, wanted, model.channels[wanted.channel]


def _kept_by(role: Role, model: Model) -> Iterator[Process]:
    """The role's process, and below it those that it waits for and that play no role."""
    waiting = [role.process] if role.process is not None else []
    for process in waiting:
        yield process
        telling = process.telling
        pids = [pid for wanted in (telling.waits_for if telling else ()) for pid in wanted.pids]
        children = (model.processes[pid] for pid in pids if pid in model.processes)
        waiting += [child for child in children if child.role is None and child not in waiting]


def holders_of(wanted: Wanted, channel: Channel) -> set[int]:
    """The pids that hold the end from which this wait can be ended."""
    ends = channel.writers if wanted.end in ("data", "writer") else channel.readers
    return {holder.pid for holder in ends}


def awaited(role: Role, model: Model) -> set[str]:
    """The other roles that run and could end the role's wait, as far as that is known."""
    pids: set[int] = set()
    peers: list[Role | None] = []
    for process in _kept_by(role, model):
        telling = process.telling
        if telling is not None:
            pids.update(telling.releasers or (), *(wanted.pids for wanted in telling.waits_for))
    for pid, wanted, channel in waits_on(role, model):
        pids |= holders_of(wanted, channel) - {pid}
        peers.append(_declared_peer(wanted, channel, model))
    peers += [model.role_of(pid) for pid in pids]
    others = (peer for peer in peers if peer is not None and peer is not role)
    return {peer.name for peer in others if peer.running}


def _declared_peer(wanted: Wanted, channel: Channel, model: Model) -> Role | None:
    """The role that the scenario wants at the end from which this wait can be ended."""
    if channel.info is None:
        return None
    wants_writer = wanted.end in ("data", "writer")
    return model.roles.get(channel.info.writer if wants_writer else channel.info.reader)


def missing_peers(role: Role, model: Model) -> Iterator[Role]:
    """The roles that a wait of this role is declared to be for, and that do not run."""
    for _, wanted, channel in waits_on(role, model):
        peer = _declared_peer(wanted, channel, model)
        if peer is not None and peer is not role and not peer.running:
            yield peer


def because(role: Role, model: Model) -> Clause:
    """Who could end the role's wait on a pipe, or why nobody does; empty where that is plain."""
    for peer in missing_peers(role, model):
        state = "is not started" if peer.process is None else "has ended"
        return (Part(peer.name, strong=True), Part(f" {state}"))
    for pid, wanted, channel in waits_on(role, model):
        others = sorted(model.name_of(one) for one in holders_of(wanted, channel) - {pid})
        if others and wanted.end in ("data", "space"):
            names = joined(others)
            return (Part("Only "), Part(names, strong=True), Part(f" can {_GIVES[wanted.end]}"))
        if not others and wanted.end in _GIVES:
            return (Part(f"Nobody is there to {_GIVES[wanted.end]}"),)
    return ()
