"""The text of real runs: messages, who waited for whom, and the account at the end."""

from __future__ import annotations

import os
import re
import subprocess

from headless_run import ipcviz


def text_of(*arguments: str) -> list[str]:
    """The lines that a headless run prints, 100 columns wide."""
    done = subprocess.run(
        ipcviz("run", *arguments, "--headless"),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    return done.stdout.splitlines()


def line_with(lines: list[str], *words: str) -> str:
    """The one line that has all the words."""
    (line,) = (one for one in lines if all(word in one for word in words))
    return line


def test_a_request_that_lay_in_its_pipe_and_the_answer_to_it() -> None:
    script = "start main; wait main blocked; sleep 0.3; start worker; wait all exited"
    lines = text_of("basic-main-first", "--script", script)
    asked = line_with(lines, "main ", "▮ to worker  #1 {", "B in pipe")
    late = line_with(lines, "worker ", "▮ #1, the request, read ")
    answer = line_with(lines, "worker ", "▮ to main  #1 {")
    release = line_with(lines, "main ", "● worker: its write ends the wait, after ")
    told = [asked, late, answer, release]
    assert sorted(told, key=lines.index) == told
    assert {len(asked), len(late), len(answer)} == {100}
    assert re.search(r" \d+ (us|ms)$", answer)
    size = int(asked.split()[-4])
    (header,) = (line for line in lines if line.split()[:2] == ["written", "read"])
    assert header.split() == ["written", "read", "discarded", "queued", "messages"]
    account = line_with(lines, "main_to_worker  ", "empty")
    assert account.split() == f"main_to_worker {size} B {size} B 0 B empty 1".split()
    assert lines[-1] == "1 request, 1 reply"


def test_a_finding_is_told_as_it_is_raised_and_once_more_while_it_is_true() -> None:
    script = "start worker; wait main blocked; wait worker blocked; expect deadlock; kill main; "
    script += "wait all exited"
    lines = text_of("signals", "--script", script)
    found = lines.index(line_with(lines, "✗ deadlock (error, certain)"))
    words = [line[21:] for line in lines[found + 1 :] if not line[21:].startswith(" ")]
    assert [line.split()[0] for line in words[:3]] == ["what", "why", "do"]
    assert lines.index(line_with(lines, "✓ deadlock is over")) > lines.index("(kill main)") > found
    assert not any(line.startswith("Found") for line in lines)
    lines = text_of("signals", "--script", script.partition("; kill")[0])
    told = lines[lines.index("Found, and still so:") + 1 :]
    assert told[0].startswith("✗ deadlock ")


def test_what_steps_say_stands_before_what_follows_and_after_what_went_before() -> None:
    script = "start provider; wait main ready; fire 3; finish provider; wait all exited"
    lines = text_of("fork-provider", "--script", script)
    told = [line for line in lines if "▮ to " in line or line.startswith("(")]
    assert told[:3] == ["(start provider)", "(wait main ready)", "(fire 3)"]
    ways = [line.split("▮ ")[1].split(" {")[0] for line in told if "▮" in line]
    assert ways == [f"to {to}  #{n}" for n in (1, 2, 3) for to in ("worker", "main")]
    assert told.index("(finish provider)") > 2
    assert lines[-1] == "3 requests, 3 replies"
