"""FIFOs that are removed, renamed or replaced while somebody has them open."""

from __future__ import annotations

import os

import pytest

from observers.watching import Watched
from path_changes import Change, a_directory, a_file, removed, renamed, replaced

_READS_ALONE = "fd = os.open({path}, os.O_RDWR)\nos.read(fd, 1)"
_POLLS = "import select\nfd = os.open({path}, os.O_RDWR)\nselect.select([fd], [], [])"


CHANGES = [
    (removed, "nothing"),
    (replaced, "another FIFO"),
    (a_file, "a regular file"),
    (a_directory, "a directory"),
]


@pytest.mark.parametrize(("change", "instead"), [*CHANGES, (renamed, "nothing")])
def test_a_declared_fifo(watched: Watched, change: Change, instead: str) -> None:
    pid = watched.python(_READS_ALONE.format(path="a"))
    watched.blocked(pid, "read", channel="a", path_gone=False)
    assert watched.fill("a").instead is None
    assert watched.observer.quiet()
    change(watched.a)
    assert not watched.observer.quiet()
    watched.blocked(pid, "read", channel="a", path_gone=True)
    assert watched.fill("a").instead == instead
    assert watched.observer.quiet()


@pytest.mark.parametrize(("change", "instead"), CHANGES)
def test_an_undeclared_fifo(watched: Watched, change: Change, instead: str) -> None:
    path = watched.directory / "other"
    os.mkfifo(path)
    pid = watched.python(_POLLS.format(path="'other'"))
    watched.blocked(pid, "poll", channel=str(path), path_gone=False)
    assert watched.observer.quiet()
    change(path)
    assert not watched.observer.quiet()
    watched.blocked(pid, "poll", channel=str(path), path_gone=True)
    assert watched.fill(str(path)).instead == instead


def test_an_undeclared_fifo_that_wasrenamedd_can_still_be_found(watched: Watched) -> None:
    path = watched.directory / "other"
    os.mkfifo(path)
    pid = watched.python(_READS_ALONE.format(path="'other'"))
    watched.blocked(pid, "read", channel=str(path))
    renamed(path)
    watched.blocked(pid, "read", channel=str(path), path_gone=False)
    assert watched.fill(str(path)).instead is None


def test_one_that_wasremovedd_before_the_first_look_goes_by_its_path(watched: Watched) -> None:
    path = watched.directory / "other"
    os.mkfifo(path)
    fd = os.open(path, os.O_RDWR)
    path.unlink()
    pid = watched.python(f"os.read({fd}, 1)", pass_fds=[fd])
    os.close(fd)
    watched.blocked(pid, "read", channel=str(path), path_gone=True)
    assert watched.fill(str(path)).instead == "nothing"


def test_a_name_that_reads_as_if_it_wereremovedd(watched: Watched) -> None:
    path = watched.directory / "other (deleted)"
    os.mkfifo(path)
    pid = watched.python(_READS_ALONE.format(path="'other (deleted)'"))
    watched.blocked(pid, "read", channel=str(path), path_gone=False)
    assert watched.fill(str(path)).instead is None


def test_a_wait_on_several_descriptors_is_not_for_one_path_alone(watched: Watched) -> None:
    pid = watched.python(
        "import select\nfds = [os.open(path, os.O_RDWR) for path in (a, b)]\n"
        "select.select(fds, [], [])"
    )
    watched.blocked(pid, "poll", path_gone=False)
    removed(watched.a)
    watched.until(lambda: watched.fill("a").instead == "nothing", "the path is gone")
    watched.blocked(pid, "poll", path_gone=False)


def test_an_anonymous_pipe_has_no_path(watched: Watched) -> None:
    pid = watched.python("os.read(os.pipe()[0], 1)")
    state = watched.blocked(pid, "read", path_gone=False)
    assert watched.fill(str(state.channel)).instead is None


def test_a_declared_fifo_that_nobody_has_open(watched: Watched) -> None:
    pid = watched.python("import time\ntime.sleep(600)")
    watched.settled(pid, state="sleeping")
    a_file(watched.a)
    assert not watched.observer.quiet()
    watched.look()
    assert watched.fill("a").instead == "a regular file"
