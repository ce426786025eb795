"""What is told of records: calls, signals, handlers, and the call that is under way."""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path

import pytest

from ipcviz import events
from ipcviz.events import CallEnter, CallReturn, ProcessExit, ProcessFork
from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from observers.tracer.traced import Traced
from observers.tracer.writing import WrittenRing, WrittenSites
from waiting import wait_until

LONG_AGO = 0.01
"""Seconds since a call began that is to count as one that lasts."""


def returned(traced: Traced) -> CallReturn:
    """The latest return."""
    return traced.told(CallReturn)[-1]


def test_a_read_of_a_channel(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.READ, fd=5, pipe=traced.fifo, line=12, file="/p/é.py")
    began = time.monotonic()
    traced.ring.write(site, 4, "aé\n".encode(), began=began, ended=began + 1e-6)
    told = returned(traced)
    assert (told.pid, told.tid, told.role) == (traced.pid, traced.pid, "main")
    assert (told.call, told.channel, told.fd, told.on) == ("read", "a", 5, None)
    assert (told.result, told.error, told.data) == (4, None, "aé\n")
    assert (told.file, told.line) == ("/p/é.py", 12)
    assert abs(told.began - (int(began * 1e9) - traced.log.began)) < 2
    assert 900 < told.t - told.began < 1100


def test_a_character_that_is_cut_is_told_by_its_bytes(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    traced.ring.write(site, 5000, b"x" * 4095 + "é".encode() + b"x" * 900)
    assert returned(traced).data == "x" * 4095 + r"\xc3"
    traced.ring.write(site, 200, b"x" * 79 + "é".encode(), where=0)
    assert returned(traced).data == "x" * 79 + r"\xc3"


def test_a_call_that_failed(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    traced.ring.write(site, -1, b"", errno.EPIPE)
    assert (returned(traced).result, returned(traced).error) == (None, "EPIPE")
    assert returned(traced).data is None
    traced.ring.write(site, -1, b"", layout.NOT_AN_OSERROR)
    assert (returned(traced).result, returned(traced).error) == (None, None)


def test_pipes_are_named_as_the_kernel_s_view_names_them(traced: Traced) -> None:
    traced.ring.write(traced.sites.define(1, Kind.READ, pipe=traced.pipe), 0)
    assert returned(traced).channel == f"pipe:[{traced.pipe.st_ino}]"
    traced.standard[traced.pipe.st_ino] = "stdout"
    traced.ring.write(traced.sites.define(2, Kind.WRITE, pipe=traced.pipe), 0)
    assert (returned(traced).channel, returned(traced).on) == (None, "standard output")


def test_an_undeclared_fifo_is_named_by_the_path_that_it_was_opened_by(
    traced: Traced, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the traced process is this one
    os.mkfifo("other")
    there = os.stat("other")
    flags = os.O_WRONLY | os.O_NONBLOCK
    site = traced.sites.define(1, Kind.OPEN, pipe=there)
    traced.ring.write(site, -1, f"{flags} ./other".encode(), errno.ENXIO)
    told = returned(traced)
    name = str(tmp_path / "other")
    assert (told.call, told.channel, told.fd, told.error) == ("open", name, None, "ENXIO")
    assert told.flags == ("O_WRONLY", "O_NONBLOCK")
    traced.ring.write(traced.sites.define(2, Kind.READ, pipe=there), 0)
    assert returned(traced).channel == name


def test_a_path_that_was_cut_names_nothing(traced: Traced, tmp_path: Path) -> None:
    path = tmp_path / ("long" * 20)
    os.mkfifo(path)
    site = traced.sites.define(1, Kind.OPEN, pipe=path.stat())
    traced.ring.write(site, 3, f"{os.O_RDONLY} {path}".encode(), where=0)
    assert returned(traced).channel is None
    assert returned(traced).on == f"{str(path)[:78]}…"


def test_an_open_is_told_when_it_begins_and_once(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.OPEN, pipe=traced.fifo)
    began = traced.ring.call(site, time.monotonic() - LONG_AGO)
    contents = f"{os.O_RDONLY} {traced.path}".encode()
    traced.ring.write(site, layout.UNFINISHED, contents, began=began)
    for _ in range(3):
        (enter,) = traced.told(CallEnter)
    assert (enter.call, enter.channel, enter.flags) == ("open", "a", ("O_RDONLY",))
    traced.ring.write(site, 3, contents, began=began)
    assert (returned(traced).began, returned(traced).result) == (enter.t, 3)


def test_a_call_under_way_is_told_once_it_has_lasted(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.READ, fd=4, pipe=traced.fifo)
    began = traced.ring.call(site)
    wait_until(lambda: traced.told(CallEnter), "the call is told")
    (enter,) = traced.told(CallEnter)
    assert (enter.call, enter.channel, enter.fd) == ("read", "a", 4)
    traced.ring.write(site, 1, b"x", began=began)
    assert returned(traced).began == enter.t
    assert len(traced.told(CallEnter)) == 1


def test_a_call_that_returned_is_not_told_as_under_way(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.READ, pipe=traced.fifo)
    handler = traced.sites.define(2, Kind.HANDLER, fd=signal.SIGUSR1)
    began = traced.ring.call(site, time.monotonic() - LONG_AGO)
    traced.ring.write(site, 1, b"x", began=began)
    assert traced.told(CallEnter) == []
    for _ in range(3):  # a handler calls, and the header is put back as it was
        runs = time.monotonic()
        traced.ring.write(handler, layout.UNFINISHED, began=runs)
        traced.ring.write(site, 1, b"y", began=traced.ring.call(site))
        traced.ring.call(site, began)
        traced.ring.write(handler, 0, began=runs)
        assert traced.told(CallEnter) == []


def test_a_call_in_which_a_handler_ran_is_told_too(traced: Traced) -> None:
    read = traced.sites.define(1, Kind.READ, pipe=traced.fifo)
    opened = traced.sites.define(2, Kind.OPEN, pipe=traced.fifo)
    handler = traced.sites.define(3, Kind.HANDLER, fd=signal.SIGUSR1)
    waits = traced.ring.call(read)
    traced.ring.reserve()
    runs = time.monotonic()
    traced.ring.write(handler, layout.UNFINISHED, began=runs)
    began = traced.ring.call(opened)
    traced.ring.write(opened, layout.UNFINISHED, began=began)
    traced.ring.write(opened, 3, began=began)
    traced.ring.call(read, waits)
    traced.ring.write(handler, 0, began=runs)
    wait_until(lambda: len(traced.told(CallEnter)) == 2, "both are told")
    assert {enter.call for enter in traced.told(CallEnter)} == {"open", "read"}


def test_the_call_that_a_process_was_killed_in_is_told_before_its_exit(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    traced.ring.call(site)
    traced.log.append(ProcessExit(t=traced.log.now(), pid=traced.pid, signal="SIGKILL"))
    kinds = [type(event) for event in traced.log.events]
    assert kinds[-2:] == [CallEnter, ProcessExit]
    assert list(traced.directory.iterdir()) == [], "what it recorded is not needed any more"


def test_signals_sent_and_handled(traced: Traced) -> None:
    kill = traced.sites.define(1, Kind.KILL, line=3)
    handler = traced.sites.define(2, Kind.HANDLER, fd=signal.SIGUSR1, line=9)
    began = time.monotonic()
    traced.ring.write(kill, 0, f"{traced.pid} {signal.SIGUSR1:d}".encode(), began=began)
    runs = time.monotonic()
    traced.ring.write(handler, layout.UNFINISHED, began=runs)
    traced.ring.write(handler, 0, began=runs, errno=layout.NOT_AN_OSERROR)
    traced.ring.write(kill, 0, f"-5 {signal.SIGUSR1:d}".encode())
    traced.ring.write(kill, 0, f"{traced.pid} 0".encode())
    (sent,) = traced.told(events.SignalSend)
    assert (sent.signal, sent.to, sent.line) == ("SIGUSR1", traced.pid, 3)
    (delivered,) = traced.told(events.SignalDeliver)
    (begins,) = traced.told(events.SignalHandler)
    (ends,) = traced.told(events.SignalHandlerEnd)
    assert (begins.signal, begins.line, begins.t) == ("SIGUSR1", 9, delivered.t)
    assert (ends.began, ends.error) == (begins.t, True)
    assert sent.t <= begins.t <= ends.t
    assert [call.on for call in traced.told(CallReturn)] == [
        f"process {traced.pid}",
        "process group 5",
        f"process {traced.pid}",
    ]


def test_what_other_calls_are_on(traced: Traced) -> None:
    sites = traced.sites
    traced.ring.write(sites.define(1, Kind.PIPE), 0, b"3 4")
    traced.ring.write(sites.define(2, Kind.POLL), 1, b"3 4 5")
    traced.ring.write(sites.define(3, Kind.WAIT), 77, b"-1")
    traced.ring.write(sites.define(4, Kind.WAIT), 77, b"77")
    traced.ring.write(sites.define(5, Kind.PAUSE), 0)
    traced.ring.write(sites.define(6, Kind.SLEEP), 0)
    traced.ring.write(sites.define(7, Kind.FORK), 4711)
    traced.ring.write(sites.define(8, Kind.CLOSE, fd=3, pipe=traced.fifo), 0)
    told = [(call.call, call.channel, call.fd, call.on) for call in traced.told(CallReturn)]
    assert told == [
        ("pipe", None, None, "descriptors 3 4"),
        ("poll", None, None, "descriptors 3 4 5"),
        ("wait", None, None, "a child"),
        ("wait", None, None, "process 77"),
        ("pause", None, None, "a signal"),
        ("sleep", None, None, None),
        ("fork", None, None, None),
        ("close", "a", 3, None),
    ]
    assert [fork.child for fork in traced.told(ProcessFork)] == [4711]


def test_two_processes_are_told_in_the_order_of_time(traced: Traced) -> None:
    traced.log.append(traced.start(1, "worker"))
    traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    ring, sites = WrittenRing(traced.directory, 1), WrittenSites(traced.directory, 1)
    sites.define(1, Kind.READ, pipe=traced.fifo)
    for number in range(100):
        for one in (traced.ring, ring):
            one.write(1, 1, str(number % 10).encode())
    told = traced.told(CallReturn)
    assert [call.role for call in told] == ["main", "worker"] * 100
    assert not any(call.late for call in told)


def test_an_event_of_another_source_stands_where_it_happened(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    traced.ring.write(site, 1, b"a")
    now = traced.log.now()
    traced.ring.write(site, 1, b"b")
    traced.log.append(events.Action(t=now, source="ipcviz", name="fire", label="fire"))
    assert [type(event) for event in traced.log.events[-2:]] == [CallReturn, events.Action]
    assert returned(traced).data == "b"
    assert [event.late for event in traced.log.events] == [False] * len(traced.log.events)
