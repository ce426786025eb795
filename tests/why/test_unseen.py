"""What `ipcviz why` cannot see, and says so: other users' processes, and those that are hidden."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from why.asking import COMMAND, Asking

NOBODY = 65534
NOBODYS: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
"""How a program is started that belongs to that user."""
_AS_NOBODY = f"""
import os, socket, sys
from ipcviz.why import command, report, text
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
from ipcviz.errors import UsageError
try:
    sys.exit(command.why(sys.argv[1:], True, False, 80))
except UsageError as error:
    sys.exit(str(error))
"""
"""Gives up what it may do once everything is imported: the interpreter may stand where nobody but
root can read."""
AS_NOBODY = [sys.executable, "-c", _AS_NOBODY]

for_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else")


def unshared(*options: str) -> list[str]:
    """A command that runs another in namespaces of its own; the test is skipped where the kernel
    forbids these."""
    command = ["unshare", *options, "--"]
    try:
        tried = subprocess.run([*command, "true"], capture_output=True, text=True)
    except FileNotFoundError:
        pytest.skip("needs unshare: apt-get install util-linux")
    if tried.returncode:
        pytest.skip(f"not allowed here: {' '.join(command)} ({tried.stderr.strip()})")
    return command


@for_root
def test_a_process_of_another_user(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    answer = asking.why(pid, command=AS_NOBODY)
    assert answer.code == 0
    (process,) = answer.report["processes"]
    assert (process["pid"], process["command"]) == (pid, "cat fifo")
    assert (process["state"], process["call"], process["channel"]) == ("blocked", None, None)
    assert process["blocked_seconds"] is not None
    assert answer.report["findings"] == []
    assert "of other users; root can." in answer.report["unknown"][0]
    assert answer.report["unknown"][0].startswith("Cannot see the descriptors and calls of ")


@for_root
def test_without_words_only_ones_own(asking: Asking) -> None:
    other = asking.opens("cat", "fifo")
    own = asking.waits("do_wait", "sh", "-c", "sleep 1000; true", **NOBODYS)
    told = asking.why(command=AS_NOBODY).told
    assert own in told
    assert other not in told


@for_root
def test_of_ones_own_everything_is_seen_without_root(asking: Asking) -> None:
    """Its own descendant or not: as its user may trace it."""
    own = asking.waits("do_wait", "sh", "-c", "sleep 1000 | cat", **NOBODYS)
    processes = asking.why(own, "cat", command=AS_NOBODY).report["processes"]
    (reader,) = [one for one in processes if one["ppid"] == own and one["command"] == "cat"]
    assert (reader["call"], reader["fd"]) == ("read", 0)


@for_root
@pytest.mark.parametrize("hidepid", ["1", "2"])
def test_hidepid(asking: Asking, hidepid: str) -> None:
    pid = asking.opens("cat", "fifo")
    mount = f'mount -t proc -o hidepid={hidepid} proc /proc && exec "$@"'
    hidden = [*unshared("--mount"), "sh", "-c", mount, "sh", *AS_NOBODY]
    sentence = "Processes of other users are hidden from you (/proc is mounted with hidepid)."
    assert sentence in asking.why(command=hidden).report["unknown"]
    answer = asking.why(pid, command=hidden)
    if hidepid == "2":
        assert answer.err == f"there is no process {pid}, or it is hidden from you.\n"
    else:
        missing = f"Process {pid} has ended meanwhile, or nothing of it may be seen."
        assert missing in answer.report["unknown"]


@for_root
def test_hidepid_hides_nothing_from_root(asking: Asking) -> None:
    pid = asking.opens("cat", "fifo")
    mount = 'mount -t proc -o hidepid=2 proc /proc && exec "$@"'
    answer = asking.why(
        "--json", pid, command=[*unshared("--mount"), "sh", "-c", mount, "sh", *COMMAND]
    )
    assert answer.told == {pid}
    assert not any("hidepid" in one for one in answer.report["unknown"])


def test_a_pid_namespace(asking: Asking) -> None:
    options = ["--pid", "--fork", "--mount-proc", "--kill-child"]
    if os.geteuid() != 0:
        options = ["--user", "--map-root-user", *options]
    answer = asking.why("--json", command=[*unshared(*options), *COMMAND])
    assert (
        "Programs outside of this PID namespace are invisible (pid_namespaces(7))."
        in answer.report["unknown"]
    )
    assert answer.report["processes"] == []
