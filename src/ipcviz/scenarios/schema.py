"""What a scenario file may say: one typed model, from which reading and checking are made."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct, field


class Channel(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A FIFO. Without `path` it is made in the session's private directory; with it, there,
    relative to the scenario file."""

    kind: Literal["fifo"]
    writer: str = field(name="from")
    reader: str = field(name="to")
    path: str | None = None
    messages: Literal["line", "raw"] = "line"


class Role(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A program of the scenario: started by ipcviz (`command`), or by another role
    (`started_by`, recognised by `match`)."""

    command: tuple[str, ...] | None = None
    cwd: str = "."
    environment: dict[str, str] = {}
    observe: Literal["auto", "kernel"] = "auto"
    exits: tuple[int | str, ...] = (0,)
    key: str | None = None
    started_by: str | None = None
    match: str | None = None


class Hooks(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Which channel carries requests and which the replies, and how they belong together."""

    request: str
    reply: str
    match: str = "order"


class WriteLine(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A line for a role's standard input; its line end is added."""

    to: str
    text: str


class SignalTo(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A signal for a role, written SIGUSR1 or USR1."""

    to: str
    name: str


class Action(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What a key of the scenario does: exactly one of the four."""

    key: str
    label: str
    write_line: WriteLine | None = None
    start: str | None = None
    signal: SignalTo | None = None
    finish: str | None = None


class Step(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """One step of the play: `do` in the step language, `say` shown before it."""

    do: str
    say: str | None = None


class Scenario(Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A scenario file, checked, with a variant laid over it where one was asked for."""

    format: Literal[1]
    id: str
    title: str
    chapter: str = "Your own"
    teaches: str = ""
    look_at: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    raises: tuple[str, ...] = ()
    may_raise: tuple[str, ...] = ()
    channels: dict[str, Channel] = {}
    roles: dict[str, Role]
    hooks: Hooks | None = None
    actions: dict[str, Action] = {}
    steps: tuple[Step, ...] = ()
    variants: dict[str, str] = {}
    """The variants' names and titles."""


class Loaded(Struct, kw_only=True, frozen=True):
    """A scenario and where it came from: `variant` is the one laid over it, if any."""

    scenario: Scenario
    file: Path
    variant: str | None = None
