"""One sentence of what is going on, and the keys that move it forward.

Every state of a run goes through `headline`: the first of its situations that holds speaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from ipcviz.events import ActionInfo
from ipcviz.model.clauses import Clause, Part, because, missing_peers, says, self_held
from ipcviz.model.entities import Role
from ipcviz.model.model import Model

Tone = Literal["calm", "waiting", "failed"]
"""calm: things go on by themselves or wait for the person; waiting: nothing goes on until
somebody who is missing or held comes; failed: a role ended as it should not."""


@dataclass(frozen=True)
class Offer:
    """A key, and what pressing it does now. `role`: the key acts on the role under the focus,
    and this is the one meant."""

    key: str
    label: str
    role: str | None = None


@dataclass(frozen=True)
class Headline:
    """mark: the state (as in rows.Row.mark) that the sentence is mostly about. aside: a fact that
    explains it, or ""."""

    mark: str
    tone: Tone
    sentence: tuple[Part, ...]
    offers: tuple[Offer, ...] = ()
    aside: str = ""

    @property
    def text(self) -> str:
        """The sentence without emphasis."""
        return "".join(part.text for part in self.sentence)


def headline(model: Model) -> Headline:
    """The sentence for the run as it stands now."""
    roles = list(model.roles.values())
    failed = [role for role in roles if role.failed]
    living = [role for role in roles if role.running]
    if failed:
        return _failed(model, failed, living)
    if not living:
        return _nobody_runs(model, roles)
    stopped = [role for role in living if role.state == "stopped"]
    if stopped:
        return _stopped(model, stopped, living)
    moving = [role for role in living if not _held(role)]
    if moving:
        return _going_on(model, moving, living)
    return _all_wait(model, living)


def _failed(model: Model, failed: list[Role], living: list[Role]) -> Headline:
    clauses = [says(role, model) for role in [*failed, *living]]
    offers = [*_starts(model, failed), *_missing(model, living), Offer("r", "reset")]
    exit = failed[0].exit
    mark = "killed" if exit is not None and exit.signal is not None else "failed"
    return Headline(mark, "failed", _sentences(clauses), _once(offers))


def _nobody_runs(model: Model, roles: list[Role]) -> Headline:
    ended = [role for role in roles if role.process is not None]
    startable = [role for role in roles if role.info.started_by is None]
    if not ended:
        names = " or ".join(role.name for role in startable)
        sentence = (Part("Nothing runs yet. Start "), Part(names, strong=True), Part("."))
        return Headline("not started", "calm", sentence, _once(_starts(model, startable)))
    clauses = [says(role, model) for role in ended]
    offers = [*_starts(model, [role for role in startable if role not in ended])]
    offers.append(Offer("r", "reset, to run it again"))
    return Headline("exited", "calm", _sentences(clauses), _once(offers))


def _stopped(model: Model, stopped: list[Role], living: list[Role]) -> Headline:
    others = [role for role in living if role not in stopped]
    clauses = [says(role, model) for role in [*stopped, *others]]
    offers = [Offer("z", f"continue {role.name}", role.name) for role in stopped]
    offers += _actions(model)
    aside = "A stopped process keeps its descriptors, and what it is sent waits for it."
    return Headline("stopped", "waiting", _sentences(clauses), _once(offers), aside)


def _going_on(model: Model, moving: list[Role], living: list[Role]) -> Headline:
    others = [role for role in living if role not in moving]
    clauses: list[Clause] = []
    for role in [*moving, *others]:
        clauses.append(says(role, model))
        if any(missing_peers(role, model)):
            clauses.append(because(role, model))
    offers = [*_actions(model), *_missing(model, living)]
    ready = any(role.state == "ready" for role in moving)
    mark = "ready" if ready else moving[0].state
    return Headline(mark, "calm", _sentences(clauses), _once(offers))


def _all_wait(model: Model, living: list[Role]) -> Headline:
    clauses: list[Clause] = []
    for role in living:
        clauses += [says(role, model), because(role, model)]
    aside = next(filter(None, (self_held(role, model) for role in living)), "")
    offers = [*_missing(model, living), *_actions(model)]
    if not offers:
        awake = [role for role in living if role.state != "zombie"]
        offers = [Offer("K", f"kill {role.name}", role.name) for role in awake]
        if model.session is not None and len(model.session.variants) > 0:
            offers.append(Offer("v", "try the next variant"))
    return Headline("blocked", "waiting", _sentences(clauses), _once(offers), aside)


def _held(role: Role) -> bool:
    """It goes on only when somebody else ends its wait."""
    telling = role.process.telling if role.process is not None else None
    return role.state in ("blocked", "zombie") and not (telling is not None and telling.timed)


def _starts(model: Model, roles: Iterable[Role]) -> Iterator[Offer]:
    for role in roles:
        starter = model.starter(role)
        if starter.info.key is not None and not starter.running:
            again = " again" if starter.process is not None else ""
            yield Offer(starter.info.key, f"start {starter.name}{again}")


def _missing(model: Model, living: Iterable[Role]) -> Iterator[Offer]:
    for role in living:
        yield from _starts(model, missing_peers(role, model))


def _actions(model: Model) -> Iterator[Offer]:
    for action in model.session.actions if model.session is not None else ():
        if _possible(model, action):
            yield Offer(action.key, action.label)


def _possible(model: Model, action: ActionInfo) -> bool:
    role = model.roles[action.role]
    match action.does:
        case "start":  # the role's own key is offered for that
            return False
        case "signal":
            return role.running
        case "write_line" | "finish":
            return role.state == "ready"


def _once(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    return tuple(dict.fromkeys(offers))


def _sentences(clauses: Iterable[Clause]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for clause in filter(None, clauses):
        if parts:
            parts.append(Part(" "))
        parts += [*clause, Part(".")]
    return tuple(parts)
