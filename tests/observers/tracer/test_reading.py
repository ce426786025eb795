"""Rings and sites as they lie in memory: every record is read once, whatever stands there."""

from __future__ import annotations

import math
import os
import random
import time

import pytest

from ipcviz.events import Buffered, CallEnter, CallReturn, Dropped, ProcessObserve
from ipcviz.model import Model
from ipcviz.observers.tracer.inject._ipcviz_tracer import layout
from ipcviz.observers.tracer.inject._ipcviz_tracer.layout import Kind
from ipcviz.observers.tracer.process import SITE_FILES_KEPT
from observers.tracer.traced import Traced
from observers.tracer.writing import CONTENTS, SLOTS, WrittenRing, WrittenSites
from waiting import wait_until


def data(traced: Traced) -> list[str | None]:
    return [event.data for event in traced.told(CallReturn)]


def test_records_are_read_once_through_many_laps(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    choose = random.Random(1)
    written: list[str] = []
    while len(written) < 10 * SLOTS:
        for _ in range(choose.randint(1, SLOTS)):
            text = str(len(written))
            traced.ring.write(site, len(text), text.encode())
            written.append(text)
        assert data(traced) == written
        assert traced.ring.slots_read == len(written)


def test_contents_longer_than_a_slot(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.READ, pipe=traced.pipe)
    choose = random.Random(2)
    for size in (80, 81, 4096, 5000, *(choose.randint(1, 6000) for _ in range(50))):
        contents = choose.randbytes(size).hex().encode()[:size]
        traced.ring.write(site, size, contents)
        assert data(traced)[-1] == contents[:4096].decode()
        assert traced.ring.words[layout.CONTENTS_READ] <= traced.ring._contents
    assert traced.ring._contents > 3 * CONTENTS


def test_contents_for_which_there_was_no_room_are_counted(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.fifo)
    for size in (80, 200, 5000):
        traced.ring.write(site, size, b"x" * size, where=0)
    assert data(traced) == ["x" * 80] * 3
    traced.log.catch_up()
    (cut,) = traced.told(Dropped)
    assert (cut.what, cut.count, cut.bytes) == ("contents", 2, 120 + 4096 - 80)
    assert (cut.call, cut.channel) == ("write", "a")
    model = Model()
    traced.log.listen(model.apply)
    summary = model.channels["a"].summary(traced=True)
    assert (summary.written, summary.at_least) == (5280, True)
    assert model.dropped == 0


def test_a_missing_record_holds_nothing_up_and_is_told_when_it_comes(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    began = time.monotonic()
    missing = traced.ring.reserve()
    for text in (b"b", b"c"):
        traced.ring.write(site, 1, text)
    assert data(traced) == ["b", "c"]
    assert traced.ring.slots_read == missing - 1, "its slot is not to be used again"
    traced.ring.write(site, 1, b"a", began=began, number=missing)
    assert data(traced) == ["b", "c", "a"]
    traced.ring.write(site, 1, b"d")
    assert data(traced)[3:] == ["d"]
    assert traced.ring.slots_read == 4


def test_a_record_that_never_comes_is_given_up(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    traced.ring.reserve()
    for _ in range(3 * SLOTS):
        traced.ring.write(site, 1, b"x")
        traced.log.catch_up()
    assert len(data(traced)) == 3 * SLOTS
    assert traced.ring.slots_read == traced.ring.number


def test_what_was_not_recorded_is_told_by_channel(traced: Traced) -> None:
    traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    traced.sites.define(2, Kind.READ, pipe=traced.fifo)
    traced.sites.count(1, calls=3, size=300)
    traced.sites.count(2, calls=1)
    wait_until(lambda: len(traced.told(Dropped)) == 2, "both are told")
    first, second = traced.told(Dropped)
    assert (first.count, first.bytes, first.call) == (3, 300, "write")
    assert first.channel == f"pipe:[{traced.pipe.st_ino}]"
    assert (second.count, second.call, second.channel) == (1, "read", "a")
    traced.sites.count(1, calls=5, size=350)
    wait_until(lambda: len(traced.told(Dropped)) == 3, "what is more is told")
    assert (traced.told(Dropped)[-1].count, traced.told(Dropped)[-1].bytes) == (2, 50)


def test_a_buffer_is_told_when_its_bytes_change(traced: Traced) -> None:
    traced.sites.define(1, Kind.BUFFER, fd=7, pipe=traced.fifo)
    for size in (5, 5, 9, 0, 0):
        traced.sites.count(1, buffered=size)
        traced.log.catch_up()
    told = traced.told(Buffered)
    assert [(one.channel, one.fd, one.bytes) for one in told] == [
        ("a", 7, 5),
        ("a", 7, 9),
        ("a", 7, 0),
    ]


def test_a_thread_more_and_a_site_more(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    traced.ring.write(site, 1, b"a")
    assert data(traced) == ["a"]
    another = WrittenRing(traced.directory, traced.pid, traced.pid + 1)
    another.write(traced.sites.define(2, Kind.WRITE, pipe=traced.pipe), 1, b"b")
    assert data(traced) == ["a", "b"]
    assert [event.tid for event in traced.told(CallReturn)] == [traced.pid, traced.pid + 1]


def test_a_thread_that_has_ended_is_read_to_its_last_and_let_go(traced: Traced) -> None:
    site = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    ended = [WrittenRing(traced.directory, traced.pid, (1 << 22) + one) for one in range(3)]
    for ring in ended:
        ring.write(site, 1, b"x")
    assert data(traced) == ["x"] * 3
    ended[0].write(site, 1, b"y")
    wait_until(
        lambda: data(traced)[3:] == ["y"] and not any(ring.path.exists() for ring in ended),
        "the last is told, and they are let go",
    )
    assert traced.ring.path.exists()


def test_old_sites_are_let_go_and_new_ones_known(traced: Traced) -> None:
    files = [traced.sites]
    for number in range(2, SITE_FILES_KEPT + 20):
        files.append(WrittenSites(traced.directory, traced.pid, size=4096))
        site = files[-1].define(number, Kind.WRITE, pipe=traced.pipe)
        traced.ring.write(site, 1, b"x")
    wait_until(lambda: len(data(traced)) == len(files) - 1, "every call is told")
    wait_until(lambda: data(traced) and not files[0].path.exists(), "the oldest is let go")
    assert len(list(traced.directory.glob("*.sites"))) == SITE_FILES_KEPT
    traced.ring.write(site, 1, b"y")
    assert data(traced)[-1] == "y"


@pytest.mark.parametrize("seed", range(20))
def test_garbage_in_a_ring_does_no_harm(traced: Traced, seed: int) -> None:
    choose = random.Random(seed)
    good = traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    for kind in range(20):
        traced.sites.define(2 + kind, kind, fd=choose.randint(-(1 << 31), (1 << 31) - 1))
    for _ in range(5):
        for _ in range(choose.randint(1, SLOTS - 1)):
            at = layout.HEADER_SIZE + traced.ring.number % SLOTS * layout.SLOT_SIZE
            traced.ring.memory[at : at + layout.SLOT_SIZE] = choose.randbytes(layout.SLOT_SIZE)
            traced.ring.write(
                choose.randint(0, 25),
                choose.choice((-(1 << 63), -2, -1, 0, 1, 4096, (1 << 63) - 1)),
                choose.randbytes(80),
                choose.choice((-1, 0, 32, 1 << 30)),
                began=choose.choice((math.nan, math.inf, -1.0, 0.0, 1e300, time.monotonic())),
                ended=choose.choice((math.nan, math.inf, -math.inf, 1e18, time.monotonic())),
                where=choose.choice((0, 1, CONTENTS, (1 << 64) - 1)),
            )
        traced.ring.call(choose.randint(0, 25), choose.choice((math.nan, math.inf, 0.0)))
        traced.log.catch_up()
    number = traced.ring.write(good, 1, b"!")
    assert data(traced)[-1] == "!"
    assert traced.ring.slots_read == number
    assert all(event.t <= traced.log.now() for event in traced.log.events)
    assert traced.told(Dropped), "what made no sense is counted"


def test_garbage_in_sites_does_no_harm(traced: Traced) -> None:
    traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    traced.ring.write(1, 1, b"a")
    assert data(traced) == ["a"]
    traced.sites.words[layout.NUMBER_OF_ENTRIES] = (1 << 64) - 1
    end = traced.sites._end
    traced.sites.memory[end:] = b"\xff" * (len(traced.sites.memory) - end)
    traced.ring.write(1, 1, b"b")
    assert data(traced) == ["a", "b"]


@pytest.mark.parametrize("name", ["1.1.1.ring", "1.1.sites"])
def test_a_file_that_is_none_of_the_tracer_s_is_removed(traced: Traced, name: str) -> None:
    path = traced.directory / name
    for content in (b"", b"x", b"x" * 8192):
        path.write_bytes(content)
        wait_until(lambda: traced.told(CallEnter) == [] and not path.exists(), "it is removed")
    os.mkfifo(path)
    wait_until(lambda: traced.told(CallEnter) == [] and not path.exists(), "a FIFO, too")
    path.symlink_to("/dev/zero")
    wait_until(lambda: traced.told(CallEnter) == [] and not path.is_symlink(), "a link, too")


@pytest.mark.parametrize("which", ["ring", "sites"])
def test_a_process_whose_file_is_cut_short_is_read_no_more(traced: Traced, which: str) -> None:
    traced.sites.define(1, Kind.WRITE, pipe=traced.pipe)
    traced.ring.write(1, 1, b"a")
    assert data(traced) == ["a"]
    os.truncate({"ring": traced.ring.path, "sites": traced.sites.path}[which], 0)
    assert data(traced) == ["a"]
    last = traced.told(ProcessObserve)[-1]
    assert (last.loaded, last.why) == (False, "a file with its records was cut short")
    assert list(traced.directory.iterdir()) == []
