"""Waits on sockets: what each is, and who is at its other end."""

from __future__ import annotations

from typing import Any

import pytest

from ipcviz.events import ProcessStart, Wanted
from observers.watching import Watched

_HEAD = "import select, socket, sys, time\n"


@pytest.mark.parametrize(
    ("waiting", "fields"),
    [
        ("one.recv(1)", {"call": "recvfrom"}),
        ("os.read(one.fileno(), 1)", {"call": "read"}),
        ("select.select([one], [], [])", {"call": "poll"}),
    ],
)
def test_a_pair_of_sockets_in_one_process(
    watched: Watched, waiting: str, fields: dict[str, Any]
) -> None:
    pid = watched.python(f"{_HEAD}one, two = socket.socketpair()\n{waiting}")
    on = "a socket of which it has both ends"
    watched.blocked(pid, on=on, waits_for=(Wanted(on=on),), releasers=None, **fields)


def test_a_pair_of_sockets_between_two(watched: Watched) -> None:
    pid = watched.python(
        f"{_HEAD}one, two = socket.socketpair()\n"
        "if os.fork() == 0: one.close(); two.recv(1)\ntwo.close(); one.recv(1)"
    )
    child = watched.until(lambda: watched.told(ProcessStart, ppid=pid), "a child")[0].pid
    assert child is not None
    watched.blocked(pid, "recvfrom", waits_for=(Wanted(on="a socket", peers=(child,)),))
    watched.blocked(child, "recvfrom", waits_for=(Wanted(on="a socket", peers=(pid,)),))


@pytest.mark.parametrize(("name", "shown"), [("here", "here"), ("\\0here", "@here")])
def test_a_unix_socket_by_its_name(watched: Watched, name: str, shown: str) -> None:
    server = watched.python(
        f"{_HEAD}one = socket.socket(socket.AF_UNIX)\none.bind('{name}')\none.listen()\n"
        "two = one.accept()[0]\ntwo.recv(1)"
    )
    watched.blocked(server, "accept4", on=f"a connection on {shown}", releasers=None)
    client = watched.python(
        f"{_HEAD}one = socket.socket(socket.AF_UNIX)\none.connect('{name}')\none.recv(1)", "two"
    )
    on = f"a socket at {shown}"
    watched.blocked(server, "recvfrom", waits_for=(Wanted(on=on, peers=(client,)),))
    watched.blocked(client, "recvfrom", waits_for=(Wanted(on=on, peers=(server,)),))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_tcp_by_its_addresses(watched: Watched, host: str) -> None:
    server = watched.python(
        f"{_HEAD}one = socket.socket({_family(host)})\none.bind(('{host}', 0))\none.listen()\n"
        "open('new', 'w').write(str(one.getsockname()[1]))\nos.rename('new', 'port')\n"
        "two = one.accept()[0]\ntwo.recv(1)"
    )
    shown = "[::1]" if host == "::1" else "127.0.0.1"
    watched.until((watched.directory / "port").exists, "the server has its port")
    port = (watched.directory / "port").read_text()
    watched.blocked(server, "accept4", on=f"a connection on {shown}:{port}", releasers=None)
    client = watched.python(
        f"{_HEAD}one = socket.create_connection(('{host}', {port}))\nselect.select([one], [], [])",
        "two",
    )
    state = watched.blocked(client, "poll")
    assert isinstance(state.on, str)
    assert state.on.startswith(f"a socket from {shown}:")
    assert state.on.endswith(f" to {shown}:{port} (TCP)")
    assert state.waits_for == (Wanted(on=state.on, peers=(server,)),)
    assert watched.blocked(server, "recvfrom").waits_for[0].peers == (client,)


def test_udp_by_its_address(watched: Watched) -> None:
    pid = watched.python(
        f"{_HEAD}one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "one.bind(('127.0.0.1', 0))\none.recv(1)"
    )
    state = watched.blocked(pid, "recvfrom")
    assert isinstance(state.on, str)
    assert state.on.startswith("a socket at 127.0.0.1:")
    assert state.on.endswith(" (UDP)")


def test_of_many_sockets_only_that_they_are_some(watched: Watched) -> None:
    pid = watched.python(
        f"{_HEAD}pairs = [socket.socketpair() for _ in range(9)]\n"
        "select.select([one for one, _ in pairs], [], [])"
    )
    watched.blocked(pid, "poll", on="a socket")


def _family(host: str) -> str:
    return "socket.AF_INET6" if ":" in host else "socket.AF_INET"
