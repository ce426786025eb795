"""What a scenario file may say: one typed model, from which reading and checking are made.

Every text is one line without control characters, but for those that are typed Text. The words
in `description` complete the sentence "expected ...".
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

Table = dict[str, Any]
"""A table of TOML, as tomllib gives it."""
Text = Annotated[str, Meta(extra={"lines": True})]
"""Text that may go over several lines."""
Name = Annotated[
    str,
    Meta(
        pattern=r"\A[A-Za-z_][A-Za-z0-9_-]*\Z",
        description="a name of letters, digits, _ and -, which begins with a letter or _",
    ),
]
VariableName = Annotated[
    str, Meta(pattern=r"\A[^=]+\Z", description="the name of an environment variable")
]
Key = Annotated[str, Meta(pattern=r"\A\S\Z", description="one printable character")]
ExitCode = Annotated[int, Meta(ge=0, le=255, description="an exit code from 0 to 255")]
SignalName = Annotated[str, Meta(description="the name of a signal")]


class Channel(Struct, kw_only=True, frozen=True):
    """A FIFO. Without `path` it is made in the session's private directory; with it, there,
    relative to the scenario file."""

    kind: Literal["fifo"]
    writer: str = field(name="from")
    reader: str = field(name="to")
    path: str | None = None
    messages: Literal["line", "raw"] = "line"


class Role(Struct, kw_only=True, frozen=True):
    """A program of the scenario: started by ipcviz (`command`), or by another role
    (`started_by`, recognised by `match`). In `exits` signals are written as SIGTERM."""

    command: tuple[Text, ...] | None = None
    cwd: str = "."
    environment: dict[VariableName, Text] = {}
    observe: Literal["auto", "tracer", "kernel"] = "auto"
    exits: tuple[ExitCode | SignalName, ...] = (0,)
    key: Key | None = None
    started_by: str | None = None
    match: str | None = None


class Hooks(Struct, kw_only=True, frozen=True):
    """Which channel carries requests and which the replies, and how they belong together."""

    request: str
    reply: str
    match: str = "order"


class WriteLine(Struct, kw_only=True, frozen=True):
    """A line for a role's standard input; its line end is added."""

    to: str
    text: str


class SignalTo(Struct, kw_only=True, frozen=True):
    """A signal for a role, by its name as in SIGUSR1."""

    to: str
    name: SignalName


class Action(Struct, kw_only=True, frozen=True):
    """What a key of the scenario does: exactly one of the four."""

    key: Key
    label: str
    write_line: WriteLine | None = None
    start: str | None = None
    signal: SignalTo | None = None
    finish: str | None = None

    @property
    def does(self) -> Literal["write_line", "start", "signal", "finish"]:
        """Which of the four it is."""
        if self.write_line is not None:
            return "write_line"
        if self.signal is not None:
            return "signal"
        return "start" if self.start is not None else "finish"

    @property
    def role(self) -> str:
        """The role that it is done to."""
        if self.write_line is not None:
            return self.write_line.to
        if self.signal is not None:
            return self.signal.to
        return self.start or self.finish or ""


class Step(Struct, kw_only=True, frozen=True):
    """One step of the play: `do` in the step language, `say` shown before it."""

    do: str
    say: str | None = None


class Scenario(Struct, kw_only=True, frozen=True):
    """A scenario file, checked, with a variant laid over it where one was asked for."""

    format: Literal[1]
    id: Name
    title: str
    chapter: str = "Your own"
    teaches: Text = ""
    """Paragraphs, with an empty line between them."""
    look_at: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    raises: tuple[Name, ...] = ()
    may_raise: tuple[Name, ...] = ()
    channels: dict[Name, Channel] = {}
    roles: dict[Name, Role]
    hooks: Hooks | None = None
    actions: dict[Name, Action] = {}
    steps: tuple[Step, ...] = ()
    variants: dict[Name, str] = {}
    """The variants' names and titles."""

    def first_starter(self, role: str) -> str:
        """The role that ipcviz itself starts and that `role` descends from: often `role`. Its
        standard input is the one that ipcviz feeds."""
        while (starter := self.roles[role].started_by) is not None:
            role = starter
        return role


class Loaded(Struct, kw_only=True, frozen=True):
    """A scenario and where it came from: `variant` is the one laid over it, if any."""

    scenario: Scenario
    file: Path
    variant: str | None = None
