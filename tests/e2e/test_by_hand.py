"""What the README tells to type in three shells is typed in three shells."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from programs import needs
from terminal import Terminal
from waiting import wait_until

PROJECT = Path(__file__).parents[2]
README = PROJECT / "README.md"
ORDINALS = ("first", "second", "third")
ENVIRONMENT = {
    "PS1": "$ ",
    "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    "PYTHONDONTWRITEBYTECODE": "1",
}


class Shell:
    """One of the shells. What it is expected to print must come in this order."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._seen = 0
        self.command(f"cd {PROJECT}")

    def command(self, line: str) -> None:
        wait_until(lambda: [*filter(None, self._terminal.screen())][-1:] == ["$"], "a prompt")
        self.type(line)
        # Until then the prompt that was answered is still the last line.
        wait_until(lambda: f"$ {line}" in self._terminal.screen(), "the line is echoed")

    def type(self, line: str) -> None:
        self._terminal.keys(*(["C-d"] if line == "^D" else [line, "Enter"]))

    def expect(self, line: str) -> None:
        pattern = re.compile(re.escape(line).replace(r"\.\.\.", ".*"))

        def printed() -> int | None:
            for number, row in enumerate(self._terminal.screen()):
                if number >= self._seen and pattern.fullmatch(row):
                    return number + 1
            return None

        self._seen = wait_until(printed, f"{line!r} is printed") or 0


def lines_of_the_readme() -> Iterator[tuple[str, str]]:
    """Each example line of the section, and the shells that it is for."""
    section = README.read_text().split("## By hand in three shells\n")[1].split("\n## ")[0]
    shells = "each"
    for line in section.splitlines():
        if line.startswith("    "):
            yield shells, line.strip()
        elif named := re.match(rf"In the ({'|'.join(ORDINALS)}) shell", line):
            shells = named[1]


@needs("pgrep", "procps")
def test_the_readmes_shells(tmp_path: Path) -> None:
    with ExitStack() as stack:
        shells = {
            name: Shell(stack.enter_context(Terminal(["sh"], 200, 100, ENVIRONMENT)))
            for name in ORDINALS
        }
        for name, line in lines_of_the_readme():
            line = line.replace("/tmp", str(tmp_path))
            for shell in shells.values() if name == "each" else [shells[name]]:
                if line.startswith("$ "):
                    shell.command(line[2:])
                elif line.startswith("> "):
                    shell.type(line[2:])
                elif line != "...":
                    shell.expect(line)
        wait_until(lambda: not list(tmp_path.iterdir()), "the FIFOs are removed")
