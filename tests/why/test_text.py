"""What `ipcviz why` says to a person."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ipcviz.columns import columns
from ipcviz.events import Signals
from ipcviz.text import clean
from ipcviz.why.look import look
from ipcviz.why.text import tell
from waiting import wait_until
from why.seen import Seen, finding

_BARE = "Nothing of yours waits on a pipe, a FIFO, a child or a lock."


class Onlooker:
    """Shells in sessions of their own, and what is said of them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._programs: list[subprocess.Popen[bytes]] = []

    def sh(self, script: str) -> int:
        """Start a script; its pid."""
        program = subprocess.Popen(
            ["bash", "-c", script],
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._programs.append(program)
        return program.pid

    def says(self, pid: int, *parts: str, width: int = 80) -> str:
        """Look until all of this is said, wherever lines end; the text."""

        def said() -> str | None:
            lines = list(tell(look([str(pid)]), width, colours=False))
            flat = re.sub(r"[│├└─ \n]+", " ", "\n".join(lines))
            return "\n".join(lines) if all(re.search(part, flat) for part in parts) else None

        text = wait_until(said, f"{parts} is said of {pid}", every=0.1)
        assert text is not None
        return text

    def close(self) -> None:
        """End every session."""
        for program in self._programs:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()


@pytest.fixture
def onlooker(tmp_path: Path) -> Iterator[Onlooker]:
    onlooker = Onlooker(tmp_path)
    yield onlooker
    onlooker.close()


@pytest.fixture
def seen() -> Seen:
    return Seen()


def test_a_plain_wait(onlooker: Onlooker) -> None:
    pid = onlooker.sh("sleep 600 | cat")
    onlooker.says(
        pid,
        rf"■ bash \(pid {pid}\): blocked in wait4\(sleep \d+, cat \d+\), (under 1|about \d+) s",
        r"\$ bash -c sleep 600 \| cat",
        r"waits for the end of ◦ sleep \(pid \d+\): sleeping",
        r"■ cat \(pid \d+\): blocked in read\(pipe:\[\d+\]\)",
        r"waits for data or end of file from sleep \(pid \d+, fd 1\), which sleeps",
    )


def test_a_chain_across_a_lock_and_a_pipe(onlooker: Onlooker) -> None:
    pid = onlooker.sh("exec 9>lock; flock 9; sleep 600 | cat & exec 9>&-; exec flock lock true")
    onlooker.says(
        pid,
        r"■ flock \(pid \d+\): blocked in flock\(\S+/lock\)",
        r"waits for a lock on it, held by ",
        r"■ cat \(pid \d+\): blocked in read\(pipe:\[\d+\]\)",
        r"waits for data or end of file from sleep \(pid \d+, fd 1\), which sleeps",
    )


def test_a_deadlock_and_who_waits_there(onlooker: Onlooker) -> None:
    pid = onlooker.sh("mkfifo a b; exec 8<>a 9<>b; cat <a >b 8>&- 9>&- & exec cat <b >a 8>&- 9>&-")
    text = onlooker.says(pid, "✗ deadlock")
    assert text.startswith("✗ deadlock (error, ")
    first, second, *_ = text.split("\n\n")
    assert [line[2:6].strip() for line in first.splitlines() if line[2:6].strip()] == [
        "dead",
        "what",
        "why",
        "do",
    ]
    assert second.startswith("■ cat (pid ")
    assert second.endswith("(see above)")


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_line_fits(onlooker: Onlooker, width: int) -> None:
    pid = onlooker.sh("sh -c 'sleep 600 & echo started' | cat & yes | sleep 600")
    text = onlooker.says(pid, "pipe-full", "leaked-end|cat", width=width)
    assert max(map(columns, text.splitlines())) <= width


_HOSTILE = "\x1b]0;title\x07\x1b[31mevil\nname\r\u202e\x9b" + "x" * 3_000


def test_a_hostile_name_is_harmless(onlooker: Onlooker) -> None:
    (onlooker.directory / "name").write_text(_HOSTILE)
    pid = onlooker.sh('exec -a "$(cat name)" bash -c "sleep 600; :" "$(cat name)" | cat')
    text = onlooker.says(pid, "evil.name", "waits for data or end of file from")
    lines = text.split("\n")
    assert max(map(columns, lines)) <= 80
    assert all(line == clean(line) for line in lines)


def test_letters_instead_of_signs(onlooker: Onlooker) -> None:
    pid = onlooker.sh("sleep 600 | cat")
    onlooker.says(pid, r"cat \(pid \d+\): blocked in read")
    told = subprocess.run(
        [sys.executable, "-m", "ipcviz", "why", str(pid)],
        env={**os.environ, "IPCVIZ_ASCII": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert told.isascii()
    assert told.startswith(f"# bash (pid {pid}): ")
    assert "`- # cat" in told


def test_nobody_waits(seen: Seen) -> None:
    assert seen.text(asked=False) == [_BARE]
    assert seen.text(asked=True, unknown=("Nobody has it open.",)) == ["Nobody has it open."]


def test_what_could_not_be_seen_comes_last(seen: Seen) -> None:
    seen.pipeline("sleep", "cat")
    lines = seen.text(11, unknown=("Cannot see one.", "Cannot see two."))
    assert lines[-3:] == ["", "Cannot see one.", "Cannot see two."]


def test_those_who_wait_in_peace_have_a_line_each(seen: Seen) -> None:
    seen.process(9, "sh")
    seen.pipeline("sleep", "tee", "cat")
    seen.waits_for(9, 10, 11, 12)
    assert seen.text(9, 11, 12, asked=False) == [
        "■ sh (pid 9): waits about 12 s for the end of sleep (pid 10), tee (pid 11) and cat "
        "(pid 12)",
        "■ tee (pid 11): waits about 12 s for data or end of file from sleep (pid 10, fd 1), "
        "which sleeps",
        "■ cat (pid 12): waits about 12 s for data or end of file from tee (pid 11, fd 1), "
        "which waits for data on pipe:[11]",
    ]
    assert seen.text(11, asked=False, width=80) == [
        "■ tee (pid 11): waits about 12 s for data or end of file from sleep (pid 10, fd",
        "  1)",
    ]


def test_what_is_wrong_comes_first_and_with_those_whom_it_is_about(seen: Seen) -> None:
    seen.pipeline("sleep", "tee", "cat")
    seen.process(20, "zombie")
    seen.process(21, "parent")
    seen.state(20, "zombie")
    seen.state(21, "sleeping")
    found = (finding(20, 21), finding(12, 11, severity="warning", certain=False))
    lines = seen.text(20, 21, 12, 11, 10, asked=False, findings=found)
    assert lines == [
        "✗ rule-20 (error, certain)",
        "  what  It is so.",
        "  why   Since it is.",
        "  do    Alter it.",
        "",
        "z zombie (pid 20): ended about 12 s ago, and nobody has waited for it",
        "◦ parent (pid 21): sleeping, about 12 s",
        "",
        "! rule-12 (warning, likely)",
        "  what  It is so.",
        "  why   Since it is.",
        "  do    Alter it.",
        "",
        "■ cat (pid 12): blocked in read(pipe:[12]), about 12 s",
        "│ waits for data or end of file from",
        "└─ ■ tee (pid 11, fd 1): blocked in read(pipe:[11]), about 12 s",
        "     waits for data or end of file from sleep (pid 10, fd 1), which sleeps",
        "",
        "These wait, and no rule finds a mistake in that:",
        "◦ sleep (pid 10): sleeping, about 12 s",
    ]


def test_the_command_line_of_the_first_takes_one_line(seen: Seen) -> None:
    seen.process(7, "/usr/bin/python3", "server.py", "--text", "a\nb" + "c" * 200)
    seen.state(7, "running")
    lines = seen.text(7, width=60)
    assert lines[0] == "● python3 (pid 7): running"
    assert lines[1].startswith("  $ /usr/bin/python3 server.py --text a␊bccc")
    assert (len(lines), len(lines[1]), lines[1][-1]) == (2, 60, "…")


@pytest.mark.parametrize(("caught", "told"), [((), True), (("SIGTERM",), False)])
def test_the_first_process_of_a_namespace(seen: Seen, caught: tuple[str, ...], told: bool) -> None:
    seen.process(7, "sh")
    seen.state(7, "sleeping")
    seen.tell(Signals(t=0, pid=7, first=True, caught=caught))
    text = " ".join(seen.text(7))
    assert ("is the first process of its PID namespace" in text) is told


def test_colours_only_where_they_are_wanted(seen: Seen) -> None:
    seen.pipeline("sleep", "cat")
    coloured = "\n".join(seen.text(11, findings=(finding(11),), colours=True))
    plain = "\n".join(seen.text(11, findings=(finding(11),)))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
