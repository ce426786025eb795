"""A socket that is waited on: what it is, and which socket is at its other end."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator

from msgspec import Struct

from ipcviz.events import SOCKET
from ipcviz.observers.kernel import unix_diag
from ipcviz.observers.kernel.procfs import read_whole

_LISTEN = 0x0A
"""TCP_LISTEN (net/tcp_states.h)."""
_TABLES = ("tcp", "tcp6", "udp", "udp6")
_IPV4_IN_IPV6 = bytes(10) + b"\xff\xff"


class Socket(Struct, frozen=True):
    """A socket in words; `peer` is the inode of the one at its other end, where that is known."""

    on: str
    peer: int | None = None


def look_up(pid: int, inode: int) -> Socket:
    """What a socket of this process is."""
    return _unix(inode) or _inet(pid, inode) or Socket(SOCKET)


def peer(pid: int, target: str) -> str | None:
    """The link in /proc/PID/fd that leads to the other end of the socket to which this one
    leads."""
    inode = inode_of(target)
    other = look_up(pid, inode).peer if inode is not None else None
    return f"socket:[{other}]" if other is not None else None


def inode_of(target: str) -> int | None:
    """Of `socket:[4711]` the number; null where a link leads to something else."""
    return int(target[8:-1]) if target.startswith("socket:[") else None


def _unix(inode: int) -> Socket | None:
    """A unix(7) socket; null where it is none, or belongs to another network namespace."""
    known = unix_diag.ask(inode)
    if known is None:
        return None
    if known.listens:
        return Socket(f"a connection on {known.name}")
    other = unix_diag.ask(known.peer) if known.peer is not None else None
    name = known.name or (other.name if other is not None else "")
    return Socket(f"{SOCKET} at {name}" if name else SOCKET, known.peer)


class _Line(Struct, frozen=True):
    """A line of /proc/PID/net/tcp and its like (proc_pid_net(5))."""

    protocol: str
    local: str
    remote: str
    state: int
    inode: int


def _inet(pid: int, inode: int) -> Socket | None:
    """A socket of ip(7), as the network namespace of its process lists it."""
    lines = list(_lines(pid))
    line = next((one for one in lines if one.inode == inode), None)
    if line is None:
        return None
    if line.protocol == "TCP" and line.state == _LISTEN:
        return Socket(f"a connection on {line.local}")
    if line.remote.endswith(":0"):
        return Socket(f"{SOCKET} at {line.local} ({line.protocol})")
    across = (line.protocol, line.remote, line.local)
    other = (one.inode for one in lines if (one.protocol, one.local, one.remote) == across)
    on = f"{SOCKET} from {line.local} to {line.remote} ({line.protocol})"
    return Socket(on, next(other, None))


def _lines(pid: int) -> Iterator[_Line]:
    for table in _TABLES:
        with contextlib.suppress(OSError):
            for text in read_whole(f"/proc/{pid}/net/{table}").splitlines()[1:]:
                _, local, remote, state, *rest = text.decode().split()
                protocol = table[:3].upper()
                yield _Line(
                    protocol, _address(local), _address(remote), int(state, 16), int(rest[5])
                )


def _address(text: str) -> str:
    """Of `0100007F:1F90`: words of 32 bits, each as this machine stores it, and the port."""
    import socket  # late: it takes a while, and few wait on one

    digits, _, port = text.partition(":")
    words = (int(digits[at : at + 8], 16) for at in range(0, len(digits), 8))
    packed = b"".join(struct.pack("=I", word) for word in words)
    if packed[:12] == _IPV4_IN_IPV6:
        packed = packed[12:]
    if len(packed) == 4:
        return f"{socket.inet_ntop(socket.AF_INET, packed)}:{int(port, 16)}"
    return f"[{socket.inet_ntop(socket.AF_INET6, packed)}]:{int(port, 16)}"
