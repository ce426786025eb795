"""Runs real programs under a kernel observer, and asks the rules what they find."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from ipcviz import events
from ipcviz.diagnoses.judge import Judge
from ipcviz.diagnoses.rules import RULES
from ipcviz.events import Finding
from ipcviz.model import Model
from observers.watching import Watched

LATER = 60_000_000_000
"""Nanoseconds after which everything that is so now has lasted long enough for any rule."""


class Judged(Watched):
    """Programs, two FIFOs, and what every rule finds. Each role of the run is a program that the
    test starts under the same name; without roles there is no run, only others' processes."""

    def __init__(self, directory: Path, roles: Collection[str] = ("one", "two")) -> None:
        super().__init__(directory)
        self.model = Model()
        self.log.listen(self.model.apply)
        self.judge = Judge(self.model, RULES)
        if roles:
            self.log.append(self._session(roles))

    def start(self, command: list[str], role: str = "one", **settings: object) -> int:
        """As Watched, and tells of it as a supervisor does."""
        pid = super().start(command, role, **settings)
        started = events.ProcessStart(
            t=self.log.now(), source="ipcviz", pid=pid, role=role, ppid=0, command=tuple(command)
        )
        self.log.append(started)
        return pid

    def kill(self, role: str = "one") -> None:
        """Kill a role's program, and tell of its end as a supervisor does."""
        program = self.programs[role]
        program.kill()
        program.wait()
        ended = events.ProcessExit(
            t=self.log.now(), source="ipcviz", pid=program.pid, role=role, signal="SIGKILL"
        )
        self.log.append(ended)

    def runs(self, command: str) -> int:
        """Look until a process runs exactly this command; its pid."""

        def found() -> int | None:
            living = self.model.living()
            return next((one.pid for one in living if " ".join(one.command) == command), None)

        pid = self.until(found, f"{command} runs")
        assert pid is not None
        return pid

    def findings(self, *rules: str, after: int = LATER) -> list[Finding]:
        """Look, and judge as if what is so now had lasted for so long more: what these rules
        find, or all of them."""
        return self.findings_at(self.log.now() + after, *rules)

    def findings_at(self, moment: int, *rules: str) -> list[Finding]:
        """The same, as if nothing changed until that moment, in nanoseconds since the run began."""
        self.look()
        told = self.judge.judge(moment)
        return [
            one for one in told if isinstance(one, Finding) and (not rules or one.rule in rules)
        ]

    def found(self, rule: str, **fields: object) -> Finding:
        """Look until this rule finds something with these fields."""

        def fits() -> Finding | None:
            return next(
                (
                    one
                    for one in self.findings(rule)
                    if all(getattr(one, name) == value for name, value in fields.items())
                ),
                None,
            )

        finding = self.until(fits, f"{rule} with {fields}")
        assert finding is not None
        return finding

    def alarms(self) -> list[Finding]:
        """What is found now that is more than information."""
        return [one for one in self.findings() if one.severity != "info"]

    def _session(self, roles: Collection[str]) -> events.Session:
        writer, *others = roles
        reader = others[0] if others else writer
        pipes = (("a", self.a, writer, reader), ("b", self.b, reader, writer))
        return events.Session(
            t=self.log.now(),
            source="ipcviz",
            format=events.FORMAT,
            version="0",
            scenario="judged",
            title="Judged",
            observers=("kernel",),
            kernel="",
            channels=tuple(
                events.ChannelInfo(
                    name=name, writer=one, reader=other, path=str(path), private=True
                )
                for name, path, one, other in pipes
            ),
            roles=tuple(events.RoleInfo(name=role) for role in roles),
        )
