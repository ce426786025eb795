"""The step language: what `do` of a scenario's steps and --script may say, one class a step."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from msgspec import Struct

from ipcviz.errors import StepError
from ipcviz.events import STATE_NAMES
from ipcviz.scenarios import signals
from ipcviz.scenarios.mistakes import did_you_mean
from ipcviz.scenarios.schema import Scenario

_USAGE = {
    "start": "start ROLE",
    "wait": "wait ROLE STATE or wait all exited",
    "fire": "fire or fire COUNT",
    "do": "do ACTION",
    "finish": "finish ROLE",
    "signal": "signal ROLE NAME",
    "kill": "kill ROLE",
    "pause": "pause ROLE",
    "resume": "resume ROLE",
    "sleep": "sleep SECONDS",
    "expect": "expect RULE or expect no RULE",
}
FIRE = "fire"
"""The action that `fire` carries out."""
ALL = "all"
"""Stands for every role in `wait all exited`, so that no role may have this name."""


class Command(Struct, frozen=True):
    """A step that was read; `text` is how it was written."""

    text: str


class Start(Command, frozen=True):
    """Start a role's program."""

    role: str


class Wait(Command, frozen=True):
    """Wait until a role, or every role where it is None, is in a state."""

    role: str | None
    state: str


class Fire(Command, frozen=True):
    """Carry out the action `fire`, `count` times."""

    count: int


class Do(Command, frozen=True):
    """Carry out an action of the scenario."""

    action: str


class Finish(Command, frozen=True):
    """Close the standard input of a role."""

    role: str


class SendSignal(Command, frozen=True):
    """Send a role a signal, by its name as in SIGUSR1."""

    role: str
    name: str


class Kill(Command, frozen=True):
    """Send a role SIGKILL."""

    role: str


class Pause(Command, frozen=True):
    """Stop a role, with SIGSTOP."""

    role: str


class Resume(Command, frozen=True):
    """Let a stopped role go on, with SIGCONT."""

    role: str


class Sleep(Command, frozen=True):
    """Let time pass."""

    seconds: float


class Expect(Command, frozen=True):
    """Have a finding of this rule, or, where `absent`, none."""

    rule: str
    absent: bool


def parse(text: str) -> Command:
    """Read one step. Raises StepError, which says what was expected."""
    text = text.strip()
    try:
        return _command(text)
    except ValueError as error:
        raise StepError(f'"{text}": {error}') from None


def parse_script(text: str) -> list[Command]:
    """Read steps that are separated by `;`. Raises StepError for the first that is wrong, or
    where there is none."""
    commands = [parse(part) for part in text.split(";") if part.strip()]
    if not commands:
        raise StepError("no steps; expected for example: start main; wait all exited")
    return commands


def _command(text: str) -> Command:
    match text.split():
        case ["start", role]:
            return Start(text, role)
        case ["wait", "all", *state]:
            return Wait(text, None, _word(" ".join(state), ["exited"], "state of all"))
        case ["wait", role, *state] if state:
            return Wait(text, role, _word(" ".join(state), STATE_NAMES, "state"))
        case ["fire", *count] if len(count) < 2:
            return Fire(text, _count(*count))
        case ["do", action]:
            return Do(text, action)
        case ["finish", role]:
            return Finish(text, role)
        case ["signal", role, name]:
            return SendSignal(text, role, signals.name(signals.number(name)))
        case ["kill", role]:
            return Kill(text, role)
        case ["pause", role]:
            return Pause(text, role)
        case ["resume", role]:
            return Resume(text, role)
        case ["sleep", seconds]:
            return Sleep(text, _seconds(seconds))
        case ["expect", rule] if rule != "no":
            return Expect(text, rule, absent=False)
        case ["expect", "no", rule]:
            return Expect(text, rule, absent=True)
    raise ValueError(_complaint(text))


def _complaint(text: str) -> str:
    verb = text.split()[0] if text else ""
    if verb in _USAGE:
        return f"expected {_USAGE[verb]}"
    return f'there is no step "{verb}"{did_you_mean(verb, _USAGE)}'


def _word(word: str, known: Iterable[str], what: str) -> str:
    known = list(known)
    if word not in known:
        raise ValueError(f'there is no {what} "{word}"{did_you_mean(word, known)}')
    return word


def _count(text: str = "1") -> int:
    if not text.isdecimal() or len(text) > 6 or int(text) == 0:
        raise ValueError(f'expected how often to fire, as in fire 3, not "{text}"')
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < math.inf:
        raise ValueError(f'expected seconds, as in sleep 0.5, not "{text}"')
    return seconds


def require_names(command: Command, scenario: Scenario, rules: Collection[str]) -> None:
    """Raise StepError where a step names a role or an action that the scenario does not have, or
    a rule that is none of `rules`, or starts a role that another one starts."""
    try:
        match command:
            case Do(action=action):
                _word(action, scenario.actions, "action")
            case Fire() if FIRE not in scenario.actions:
                raise ValueError(f'the scenario has no action "{FIRE}"')
            case Start(role=role):
                require_startable(role, scenario)
            case Wait(role=str(role)) | Finish(role=role) | SendSignal(role=role):
                _word(role, scenario.roles, "role")
            case Kill(role=role) | Pause(role=role) | Resume(role=role):
                _word(role, scenario.roles, "role")
            case Expect(rule=rule):
                _word(rule, rules, "rule")
    except ValueError as error:
        raise StepError(f'"{command.text}": {error}') from None


def require_startable(role: str, scenario: Scenario) -> None:
    """Raise ValueError where there is no such role, or another role starts it."""
    _word(role, scenario.roles, "role")
    starter = scenario.roles[role].started_by
    if starter is not None:
        raise ValueError(f"{role} is started by {starter}, not by ipcviz")
