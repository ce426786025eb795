"""Asks the kernel about one unix(7) socket: its name, and which is at its other end."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

from msgspec import Struct

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST = 20, 1
_REQUEST = struct.Struct("=IHHIIBBHIIIii")
"""A struct nlmsghdr and a struct unix_diag_req (sock_diag(7))."""
_ANY_STATE, _NO_COOKIE = 0xFFFFFFFF, -1
_SHOW_NAME, _SHOW_PEER = 1, 4
_HEADERS = 32
"""Bytes of a struct nlmsghdr and a struct unix_diag_msg."""
_STATE_AT = 18
_NAME, _PEER = 0, 2
"""Attributes of the answer (linux/unix_diag.h)."""
_LISTEN = 10
"""TCP_LISTEN, which stands for it here too (net/tcp_states.h)."""


class UnixSocket(Struct, frozen=True):
    """`name`: its path; with @ an abstract one; "" where it has none. `peer`: the inode of the
    one that it is connected to."""

    name: str
    listens: bool
    peer: int | None


def ask(inode: int) -> UnixSocket | None:
    """What the kernel tells of it; null where it is no unix socket of this network namespace."""
    import socket  # late: it takes a while, and few wait on one

    request = _REQUEST.pack(
        _REQUEST.size,
        _SOCK_DIAG_BY_FAMILY,
        _NLM_F_REQUEST,
        0,
        0,
        socket.AF_UNIX,
        0,
        0,
        _ANY_STATE,
        inode,
        _SHOW_NAME | _SHOW_PEER,
        _NO_COOKIE,
        _NO_COOKIE,
    )
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
            kernel.sendto(request, (0, 0))
            answer = kernel.recv(1 << 13, socket.MSG_DONTWAIT)
    except OSError:
        return None
    length, kind = struct.unpack_from("=IH", answer)
    if kind != _SOCK_DIAG_BY_FAMILY:
        return None
    attributes = dict(_attributes(answer[_HEADERS:length]))
    peer = attributes.get(_PEER)
    return UnixSocket(
        _shown(attributes.get(_NAME, b"")),
        answer[_STATE_AT] == _LISTEN,
        struct.unpack("=I", peer)[0] if peer is not None else None,
    )


def _shown(name: bytes) -> str:
    if name.startswith(b"\0"):
        return "@" + os.fsdecode(name[1:])
    return os.fsdecode(name.rstrip(b"\0"))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Length, type, value, and so on, each at a multiple of four (netlink(7))."""
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        yield kind, data[4:length]
        data = data[(max(length, 4) + 3) // 4 * 4 :]
