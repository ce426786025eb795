"""Whether what is told is whole."""

from __future__ import annotations

from pathlib import Path

from observers.watching import Watched
from waiting import wait_until


def letter(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_not_while_the_end_of_a_child_is_still_to_be_told(watched: Watched) -> None:
    watched.start(["sleep", "1000"], "two")
    pid = watched.start(["true"])
    wait_until(lambda: letter(pid) == "Z", "it has ended")
    watched.look()
    assert not watched.observer.whole
    watched.programs["one"].wait()
    watched.look()
    assert watched.observer.whole
