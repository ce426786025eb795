"""FIFOs that are removed, renamed or replaced under a program that waits in open()."""

from __future__ import annotations

import os

import pytest

from observers.watching import Watched


@pytest.mark.parametrize("change", ["removed", "renamed", "replaced"])
def test_a_path_that_changes_under_the_sleeper(watched: Watched, change: str) -> None:
    pid = watched.python("os.open(a, os.O_RDONLY)")
    watched.blocked(pid, "open", channel="a", path_gone=False)
    assert watched.observer.quiet()
    watched.a.rename(watched.directory / "elsewhere")
    if change != "renamed":
        (watched.directory / "elsewhere").unlink()
    if change == "replaced":
        os.mkfifo(watched.a)
    assert not watched.observer.quiet()
    watched.blocked(pid, "open", channel="a", path_gone=True)
    assert watched.observer.quiet()


def test_a_path_that_was_removed_before_the_first_look(watched: Watched) -> None:
    pid = watched.python("os.open(a, os.O_RDONLY)")
    watched.sleeps(pid)
    watched.a.unlink()
    watched.blocked(pid, "open", channel="a", path_gone=True)


def test_a_path_that_was_replaced_before_the_first_look(watched: Watched) -> None:
    pid = watched.python("os.open(a, os.O_RDONLY)")
    watched.sleeps(pid, seconds=0.2)
    watched.a.unlink()
    os.mkfifo(watched.a)
    watched.blocked(pid, "open", channel="a", path_gone=True)


def test_a_new_fifo_takes_the_name_once_nobody_holds_the_old(watched: Watched) -> None:
    first = watched.python("os.read(os.open(a, os.O_RDWR), 1)")
    watched.blocked(first, "read", channel="a")
    watched.a.unlink()
    os.mkfifo(watched.a)
    second = watched.python("os.read(os.open(a, os.O_RDWR), 1)", "two")
    watched.blocked(second, "read", channel=str(watched.a))
    watched.programs["one"].kill()
    watched.programs["one"].wait()
    watched.blocked(second, "read", channel="a", releasers=(second,))


def test_an_undeclared_fifo_goes_by_its_path(watched: Watched) -> None:
    path = watched.directory / "other"
    os.mkfifo(path)
    pid = watched.python("os.open('other', os.O_RDONLY)")
    state = watched.blocked(pid, "open")
    assert state.channel == str(path)


def test_what_the_path_of_a_fifo_that_is_waited_for_leads_to(watched: Watched) -> None:
    path = watched.directory / "other"
    os.mkfifo(path)
    pid = watched.python("os.open('other', os.O_RDONLY)")
    watched.blocked(pid, "open", channel=str(path), path_gone=False)
    path.unlink()
    path.touch()
    watched.blocked(pid, "open", channel=str(path), path_gone=True)
    assert watched.fill(str(path)).instead == "a regular file"
