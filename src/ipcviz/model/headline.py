"""One sentence of what is going on, and the keys that move it forward.

Every state of a run goes through `headline`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from ipcviz.events import Finding
from ipcviz.model import offers
from ipcviz.model.clauses import (
    Clause,
    Part,
    because,
    emphasised,
    missing_peers,
    says,
)
from ipcviz.model.entities import Role
from ipcviz.model.model import Model
from ipcviz.model.offers import RESET, Offer

Tone = Literal["calm", "waiting", "failed", "stuck"]
"""calm: things go on by themselves or wait for the person; waiting: nothing goes on until
somebody who is missing or held comes, or a rule warns; failed: a role ended as it should not;
stuck: a rule has found an error."""


@dataclass(frozen=True)
class Headline:
    """mark: the state (as in rows.Row.mark) that the sentence is mostly about, or how grave what
    it tells is. aside: a fact that explains it, or "". reason: one more sentence, for where there
    is room for it."""

    mark: str
    tone: Tone
    sentence: tuple[Part, ...]
    offers: tuple[Offer, ...] = ()
    aside: str = ""
    reason: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """The sentence without emphasis."""
        return "".join(part.text for part in self.sentence)


def headline(model: Model) -> Headline:
    """The sentence for the run as it stands now: the gravest finding has the word, and without
    one that is more than information, the states of the roles."""
    found = model.gravest_findings
    if found and found[0].severity != "info":
        return _found(model, found[0])
    told = _states(model)
    return replace(told, aside=found[0].why) if found and not told.aside else told


def _found(model: Model, finding: Finding) -> Headline:
    """What the rule says, after how roles have failed."""
    failed = [role for role in model.roles.values() if role.failed]
    sentence = _sentences([says(role, model) for role in failed])
    likely = "" if finding.certain else ", likely"
    rule = (Part(finding.rule, strong=True), Part(f"{likely}: "))
    sentence += (*((Part(" "),) if failed else ()), *rule, *emphasised(finding.what, model))
    keys = [*offers.starts(model, failed), *offers.remedies(model, finding)]
    alarms = sum(one.severity != "info" for one in model.findings.values())
    keys += [Offer("d", "why" if alarms == 1 else f"all {alarms} findings"), RESET]
    tone: Tone = "failed" if failed else "waiting"
    return Headline(
        finding.severity,
        "stuck" if finding.severity == "error" else tone,
        sentence,
        _once(keys),
        finding.do,
        (Part(" "), *emphasised(finding.why, model)),
    )


def _states(model: Model) -> Headline:
    """What the roles do; the first of these situations that holds."""
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
    keys = [*offers.starts(model, failed), *offers.missing(model, living), RESET]
    exit = failed[0].exit
    mark = "killed" if exit is not None and exit.signal is not None else "failed"
    return Headline(mark, "failed", _sentences(clauses), _once(keys))


def _nobody_runs(model: Model, roles: list[Role]) -> Headline:
    ended = [role for role in roles if role.process is not None]
    startable = [role for role in roles if role.info.started_by is None]
    if not ended:
        names = " or ".join(role.name for role in startable)
        sentence = (Part("Nothing runs yet. Start "), Part(names, strong=True), Part("."))
        return Headline("not started", "calm", sentence, _once(offers.starts(model, startable)))
    clauses = [says(role, model) for role in ended]
    keys = [*offers.starts(model, [role for role in startable if role not in ended])]
    keys.append(Offer("r", "reset, to run it again"))
    return Headline("exited", "calm", _sentences(clauses), _once(keys))


def _stopped(model: Model, stopped: list[Role], living: list[Role]) -> Headline:
    others = [role for role in living if role not in stopped]
    clauses = [says(role, model) for role in [*stopped, *others]]
    keys = [*offers.continues(stopped), *offers.actions(model)]
    aside = "A stopped process keeps its descriptors, and what it is sent waits for it."
    return Headline("stopped", "waiting", _sentences(clauses), _once(keys), aside)


def _going_on(model: Model, moving: list[Role], living: list[Role]) -> Headline:
    others = [role for role in living if role not in moving]
    clauses: list[Clause] = []
    for role in [*moving, *others]:
        clauses.append(says(role, model))
        if any(missing_peers(role, model)):
            clauses.append(because(role, model))
    keys = [*offers.actions(model), *offers.missing(model, living)]
    ready = any(role.state == "ready" for role in moving)
    mark = "ready" if ready else moving[0].state
    return Headline(mark, "calm", _sentences(clauses), _once(keys))


def _all_wait(model: Model, living: list[Role]) -> Headline:
    clauses: list[Clause] = []
    for role in living:
        clauses += [says(role, model), because(role, model)]
    keys = [*offers.missing(model, living), *offers.actions(model)]
    if not keys:
        keys = [*offers.kills(living), *offers.variant(model)]
    return Headline("blocked", "waiting", _sentences(clauses), _once(keys))


def _held(role: Role) -> bool:
    """It goes on only when somebody else ends its wait."""
    telling = role.process.telling if role.process is not None else None
    return role.state in ("blocked", "zombie") and not (telling is not None and telling.timed)


def _once(keys: Iterable[Offer]) -> tuple[Offer, ...]:
    return tuple(dict.fromkeys(keys))


def _sentences(clauses: Iterable[Clause]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for clause in filter(None, clauses):
        if parts:
            parts.append(Part(" "))
        parts += [*clause, Part(".")]
    return tuple(parts)
