"""The keys that move a run forward, and what pressing each does now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ipcviz.events import ActionInfo, Finding
from ipcviz.model.clauses import missing_peers
from ipcviz.model.entities import Role
from ipcviz.model.model import Model

_CAN_BE_ENDED = ("blocked", "ready", "sleeping", "stopped")


@dataclass(frozen=True)
class Offer:
    """A key, and what pressing it does now. `role`: the key acts on the role under the focus,
    and this is the one meant."""

    key: str
    label: str
    role: str | None = None


REPAIRED = "repaired"
"""The variant that shows the cure of a scenario's mistake."""
RESET = Offer("r", "reset")


def starts(model: Model, roles: Iterable[Role]) -> Iterator[Offer]:
    """To start these, or whoever starts them."""
    for role in roles:
        starter = model.starter(role)
        if starter.info.key is not None and not starter.running:
            again = " again" if starter.process is not None else ""
            yield Offer(starter.info.key, f"start {starter.name}{again}")


def missing(model: Model, living: Iterable[Role]) -> Iterator[Offer]:
    """To start those for whom these wait."""
    for role in living:
        yield from starts(model, missing_peers(role, model))


def continues(stopped: Iterable[Role]) -> Iterator[Offer]:
    """To let the stopped ones go on."""
    for role in stopped:
        yield Offer("z", f"continue {role.name}", role.name)


def kills(roles: Iterable[Role]) -> Iterator[Offer]:
    """To end these, of whom each waits."""
    for role in roles:
        if role.state in _CAN_BE_ENDED:
            yield Offer("K", f"kill {role.name}", role.name)


def variant(model: Model) -> Iterator[Offer]:
    """To try the next variant of the scenario, if there are any."""
    session = model.session
    if session is None or not session.variants:
        return
    names = [None, *session.variants]
    following = names[(names.index(session.variant) + 1) % len(names)]
    yield Offer("v", f"try {following}" if following is not None else "try it as it is")


def actions(model: Model) -> Iterator[Offer]:
    """The actions of the scenario that do something now."""
    for action in model.session.actions if model.session is not None else ():
        if _possible(model, action):
            yield Offer(action.key, action.label)


def remedies(model: Model, finding: Finding) -> Iterator[Offer]:
    """What could end that of which the finding tells: to let go on who is stopped, to start who
    is missing, to end one of those whom it is about."""
    living = [role for role in model.roles.values() if role.running]
    about = [one for one in living if one.process is not None and one.process.pid in finding.pids]
    yield from continues(role for role in living if role.state == "stopped")
    yield from missing(model, living)
    yield from actions(model)
    yield from kills(about)
    yield from (offer for offer in variant(model) if offer.label == f"try {REPAIRED}")


def _possible(model: Model, action: ActionInfo) -> bool:
    role = model.roles[action.role]
    match action.does:
        case "start":  # the role's own key is offered for that
            return False
        case "signal":
            return role.running
        case "write_line" | "finish":
            return role.state == "ready"
