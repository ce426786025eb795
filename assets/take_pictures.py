"""Takes pictures of the real program, running in a real terminal.

    python assets/take_pictures.py                    every standard picture, into this folder
    python assets/take_pictures.py COLUMNSxROWS OUT.png [--keys KEY ...] [--until TEXT] -- COMMAND

Keys have tmux's names; `wait:TEXT` waits until the text is on the screen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from draw_terminal import Picture
from terminal import Terminal

SIZES = [(80, 24), (120, 40), (200, 50)]
TALL = [(80, 58), (120, 48)]
"""For what scrolls by in a terminal."""


class Play(NamedTuple):
    """What is run for a picture, and the keys that lead to the moment it shows."""

    arguments: list[str]
    keys: list[str]


BASIC, FORK = ["run", "basic-main-first"], ["run", "fork-provider"]
SIGNALS = ["run", "signals"]
MARKS = ["run", str(Path(__file__).with_name("marks") / "scenario.toml")]
FIRED = ["wait:start provider", "p", "wait:READY", "f", "wait:Hello, see you"]
# A hook, three signals while the worker is stopped, a request that it never reads, its end, and
# a request that nobody can read.
HOOK = ["wait:start main", "m", "wait:READY", "f", "wait:Hello, see you", "wait:BLOCKED"]
THREE_SIGNALS = ["Tab", "z", "wait:STOPPED", "3", "wait:SIGUSR1", "z", "wait:delivered once"]
LEFT_UNREAD = ["z", "wait:STOPPED", "l", "wait:in pipe", "x", "wait:pending"]
NO_READER = ["K", "wait:ZOMBIE", "f", "wait:FAILED"]
WHY = Path(__file__).with_name("stuck") / "why.sh"
# Each waits for 3 s, so that long waits are seen as such.
STANDARD = {
    "menu": Play([], ["wait:quit"]),
    "basic": Play(BASIC, ["wait:start main", "m", "wait: 3 s"]),
    "past": Play(
        BASIC,
        ["wait:start main", "m", "wait: 3 s", "w", "wait:exit 0", "wait: 1 s"]
        + ["Left"] * 9
        + ["wait:PAST", "wait:next event"],
    ),
    "fork": Play(FORK, [*FIRED, "wait: 3 s"]),
    "message": Play(FORK, [*FIRED, "Enter", "wait:esc"]),
    "findings": Play(
        SIGNALS, ["wait:start worker", "w", "wait:✗ deadlock", "d", "wait:findings now"]
    ),
    "signals": Play(SIGNALS, ["wait:start worker", "w", "wait: 3 s"]),
    "marks-first": Play(MARKS, [*HOOK, *THREE_SIGNALS, *LEFT_UNREAD, "wait: 3 s"]),
    "marks-last": Play(MARKS, [*HOOK, *THREE_SIGNALS, *LEFT_UNREAD, *NO_READER, "wait: 3 s"]),
    "lanes": Play(MARKS, [*HOOK, *THREE_SIGNALS, *LEFT_UNREAD, "t", "wait: 3 s"]),
}


def take(command: Sequence[str], columns: int, rows: int, keys: Sequence[str], out: Path) -> None:
    """Run the command, press the keys and write the picture of what is then on the screen."""
    with Terminal(command, columns, rows) as terminal:
        for key in keys:
            if key.startswith("wait:"):
                terminal.wait_for(key.removeprefix("wait:"))
            else:
                terminal.keys(key)
        Picture(terminal.cells()).image.save(out, optimize=True)
    print(out)


def take_all(folder: Path) -> None:
    """Take every standard picture at every size."""
    for name, play in STANDARD.items():
        for columns, rows in SIZES:
            command = [sys.executable, "-m", "ipcviz", *play.arguments]
            take(command, columns, rows, play.keys, folder / f"{name}-{columns}.png")
    for columns, rows in TALL:
        keys = ["wait:certain", "wait:for about"]
        take(["sh", str(WHY), sys.executable], columns, rows, keys, folder / f"why-{columns}.png")


def main() -> None:
    """Take the picture that the command line asks for, or all."""
    if len(sys.argv) == 1:
        take_all(Path(__file__).parent)
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", metavar="COLUMNSxROWS")
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--keys", nargs="*", default=[], metavar="KEY")
    parser.add_argument("--until", metavar="TEXT")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    asked = parser.parse_args(sys.argv[1:split])
    columns, rows = (int(number) for number in asked.size.split("x"))
    until = [f"wait:{asked.until}"] if asked.until else []
    take(sys.argv[split + 1 :], columns, rows, [*asked.keys, *until], asked.out)


if __name__ == "__main__":
    main()
