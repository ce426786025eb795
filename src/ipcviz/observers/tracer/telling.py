"""Makes events of what a traced thread recorded."""

from __future__ import annotations

import errno
import os
import re
import time

from msgspec import Struct

from ipcviz.events import (
    DATA_AT_MOST,
    CallEnter,
    CallReturn,
    Event,
    ProcessFork,
    SignalDeliver,
    SignalHandler,
    SignalHandlerEnd,
    SignalSend,
)
from ipcviz.observers.kernel.native import Key
from ipcviz.observers.names import Names
from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from ipcviz.observers.tracer.ring import Record
from ipcviz.observers.tracer.sites import Site
from ipcviz.scenarios import signals
from ipcviz.text import escaped, readable

STREAMS = {"stdin": "standard input", "stdout": "standard output", "stderr": "standard error"}
_ACCESS = {os.O_RDONLY: "O_RDONLY", os.O_WRONLY: "O_WRONLY", os.O_RDWR: "O_RDWR"}
_FLAGS = {
    os.O_CREAT: "O_CREAT",
    os.O_EXCL: "O_EXCL",
    os.O_NOCTTY: "O_NOCTTY",
    os.O_TRUNC: "O_TRUNC",
    os.O_APPEND: "O_APPEND",
    os.O_NONBLOCK: "O_NONBLOCK",
    os.O_CLOEXEC: "O_CLOEXEC",
    os.O_PATH: "O_PATH",
}
_NUMBERS = re.compile(r"-?\d{1,10}")
_WITHOUT_DESCRIPTOR = frozenset(
    {Kind.OPEN, Kind.PIPE, Kind.KILL, Kind.WAIT, Kind.SLEEP, Kind.PAUSE, Kind.FORK, Kind.POLL}
)


class Teller(Struct):
    """Tells of one thread. Times of records are in seconds of CLOCK_MONOTONIC; `began` is when
    the run began, in nanoseconds of it."""

    names: Names
    began: int
    pid: int
    tid: int
    role: str | None = None

    def events(self, record: Record, site: Site, now: int) -> list[Event]:
        """What a record tells, in order. Raises ValueError for a time that is none, or is yet
        to come."""
        begun, ended, result, _, number, contents, _, _ = record
        at = self.time(begun)
        until = at if result == layout.UNFINISHED else max(at, self.time(ended))
        if until > now:
            raise ValueError(ended)
        if site.kind == Kind.HANDLER:
            return self._handler(site, at, until, result, number)
        if result == layout.UNFINISHED:
            return [self.enter(site, at, contents)]
        told = self._effects(site, at, until, result, contents) if number == 0 else []
        told.append(self._return(site, at, until, result, number, contents))
        return told

    def now(self) -> int:
        """Nanoseconds since the run began."""
        return time.monotonic_ns() - self.began

    def time(self, seconds: float) -> int:
        """Nanoseconds since the run began. Raises ValueError for what is no time."""
        try:
            return max(0, int(seconds * 1e9) - self.began)
        except OverflowError:
            raise ValueError(seconds) from None

    def enter(self, site: Site, at: int, contents: bytes = b"") -> CallEnter:
        """The thread is in a call since then; `contents` as in its record, where there is one."""
        flags, channel, on = self._object(site, contents)
        return CallEnter(
            t=at,
            source="tracer",
            pid=self.pid,
            tid=self.tid,
            role=self.role,
            call=layout.NAMES.get(site.kind, "unknown"),
            channel=channel,
            fd=_descriptor(site),
            on=on,
            flags=flags,
            file=site.file,
            line=site.line or None,
        )

    def _return(
        self, site: Site, at: int, until: int, result: int, number: int, contents: bytes
    ) -> CallReturn:
        data = None
        if site.kind in (Kind.READ, Kind.WRITE):
            flags: tuple[str, ...] = ()
            channel, on = self._channel(site), site.on
            if number == 0:
                data = escaped(contents[: min(max(0, result), DATA_AT_MOST)])
            elif site.kind == Kind.WRITE and number > 0:
                data = escaped(contents.rstrip(b"\0")) or None
        else:
            flags, channel, on = self._object(site, contents)
        return CallReturn(
            t=until,
            source="tracer",
            pid=self.pid,
            tid=self.tid,
            role=self.role,
            call=layout.NAMES.get(site.kind, "unknown"),
            channel=channel,
            fd=_descriptor(site),
            on=on,
            flags=flags,
            file=site.file,
            line=site.line or None,
            began=at,
            result=result if number == 0 else None,
            error=_error(number),
            data=data,
        )

    def _effects(
        self, site: Site, at: int, until: int, result: int, contents: bytes
    ) -> list[Event]:
        """What a call did beside returning."""
        told: list[Event] = []
        if site.kind == Kind.FORK and result > 0:
            told.append(
                ProcessFork(
                    t=until,
                    source="tracer",
                    pid=self.pid,
                    tid=self.tid,
                    role=self.role,
                    child=result,
                )
            )
        elif site.kind == Kind.KILL:
            to, signum = _numbers(contents, 2)
            if to > 0 and signum > 0:
                # Its receiver may act on it before the call returns.
                told.append(
                    SignalSend(
                        t=at,
                        source="tracer",
                        pid=self.pid,
                        tid=self.tid,
                        role=self.role,
                        signal=signals.name(signum),
                        to=to,
                        file=site.file,
                        line=site.line or None,
                    )
                )
        return told

    def _handler(self, site: Site, at: int, until: int, result: int, number: int) -> list[Event]:
        name = signals.name(site.fd)
        if result != layout.UNFINISHED:
            return [
                SignalHandlerEnd(
                    t=until,
                    source="tracer",
                    pid=self.pid,
                    tid=self.tid,
                    role=self.role,
                    signal=name,
                    began=at,
                    error=number != 0,
                )
            ]
        delivered = SignalDeliver(
            t=at, source="tracer", pid=self.pid, tid=self.tid, role=self.role, signal=name
        )
        begins = SignalHandler(
            t=at,
            source="tracer",
            pid=self.pid,
            tid=self.tid,
            role=self.role,
            signal=name,
            file=site.file,
            line=site.line or None,
        )
        return [delivered, begins]

    def _object(
        self, site: Site, contents: bytes
    ) -> tuple[tuple[str, ...], str | None, str | None]:
        """The flags of an open, and what a call is on: a channel, or something in words."""
        text = readable(contents.rstrip(b"\0"))
        flags: tuple[str, ...] = ()
        on = None
        match site.kind:
            case Kind.OPEN:
                first, _, path = text.partition(" ")
                flags = _flag_names(first)
                whole = len(contents) < layout.INLINE or contents.endswith(b"\0")
                on = self._opened(site, path) if whole else f"{path}…"
            case Kind.PIPE | Kind.POLL:
                on = f"descriptors {text}" if " " in text else f"descriptor {text}"
                on = on if text else None
            case Kind.KILL:
                on = _whom(_numbers(contents, 2)[0]) if text else None
            case Kind.WAIT:
                on = _whom(_numbers(contents, 1)[0]) if text else "a child"
            case Kind.PAUSE:
                on = "a signal"
        channel = self._channel(site)
        return flags, channel, None if channel is not None else on or site.on

    def _opened(self, site: Site, path: str) -> str:
        """The path of an open, whose FIFO is thereby known by name."""
        if path and not path.startswith("/"):
            try:
                directory = os.readlink(f"/proc/{self.pid}/cwd")
                path = os.path.normpath(readable(os.fsencode(directory)) + "/" + path)
            except OSError:
                return path
        if path and site.key is not None and self._channel(site) is None:
            self.names.bind()
            if self.names.name(site.key) is None:
                self.names.learn(site.key, path)
        return path

    def _channel(self, site: Site) -> str | None:
        """The name of the pipe; what has none, as a standard stream's pipe, is put in words."""
        if site.channel is None and site.on is None and site.key is not None:
            site.channel = self.names.name(site.key)
            if site.channel is None:
                site.on = _stream(self.names, site.key)
            if site.channel is None and site.on is None:
                self.names.bind()
                site.channel = self.names.name(site.key)
        return site.channel


def _stream(names: Names, key: Key) -> str | None:
    stream = names.stream(key)
    return STREAMS[stream] if stream is not None else None


def _descriptor(site: Site) -> int | None:
    return None if site.kind in _WITHOUT_DESCRIPTOR or site.fd < 0 else site.fd


def _error(number: int) -> str | None:
    """The name of an errno; null for none, and for an exception that had none."""
    if number in (0, layout.NOT_AN_OSERROR):
        return None
    return errno.errorcode.get(number, f"errno {number}")


def _numbers(contents: bytes, count: int) -> list[int]:
    """So many numbers that stand in contents, 0 for each that does not."""
    found = [int(text) for text in _NUMBERS.findall(readable(contents[:64]))]
    return (found + [0] * count)[:count]


def _whom(pid: int) -> str:
    if pid == -1:
        return "a child"
    return f"process {pid}" if pid > 0 else f"process group {-pid}"


def _flag_names(text: str) -> tuple[str, ...]:
    if not _NUMBERS.fullmatch(text):
        return ()
    flags = int(text)
    access = _ACCESS.get(flags & os.O_ACCMODE)
    names = [name for value, name in _FLAGS.items() if flags & value == value]
    return tuple(filter(None, (access, *names)))
