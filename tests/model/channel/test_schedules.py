"""Random schedules in a pipe: whatever happens in whichever order, and whenever it is told."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from ipcviz import events
from ipcviz.events import Framing
from ipcviz.model import Model
from ipcviz.model.channel.message import Message, Said
from model.telling import Run, at

WRITERS, READERS = (11, 12, 13), (21, 22)
CHANNEL = "requests"
CAPACITY = 300
TICK = 0.0001
"""Seconds from one thing that happens to the next."""
SLOW = 3 * TICK
"""For so long a write goes on after its bytes are in the pipe."""


class Record(NamedTuple):
    """A call that has returned, and is not told."""

    call: str
    pid: int
    data: str
    began: float
    t: float


@dataclass
class Told:
    """What must be told of one message."""

    text: str
    writer: int
    reader: int | None = None
    read: float = 0.0


@dataclass
class Pipe:
    """A pipe with its writers and readers, each of whom records a call only a while after it."""

    run: Run
    framing: Framing
    bytes: deque[tuple[str, Told]] = field(default_factory=deque)
    said: list[Told] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    clock: float = 1.0
    written: int = 0
    read: int = 0
    killed: set[int] = field(default_factory=set)
    fresh: list[Message] = field(default_factory=list)

    def write(self, pid: int, lines: int) -> None:
        """Every text is another one, so that a message is known by it."""
        if pid in self.killed:
            return
        data = ""
        for _ in range(lines if self.framing == "line" else 1):
            told = Told(f"{pid} says {len(self.said)}\n", pid)
            if len(self.bytes) + len(told.text) > CAPACITY:
                break
            self.said.append(told)
            self.bytes.extend((character, told) for character in told.text)
            data += told.text
        if data:
            self.written += len(data)
            self.records.append(Record("write", pid, data, self.clock, self.clock + SLOW))
        self.clock += TICK

    def take(self, pid: int, size: int) -> None:
        if pid in self.killed:
            return
        taken = [self.bytes.popleft() for _ in range(min(size, len(self.bytes)))]
        for character, told in taken:
            if character == "\n":
                told.reader, told.read = pid, self.clock
        if taken:
            self.read += len(taken)
            data = "".join(character for character, _ in taken)
            self.records.append(Record("read", pid, data, self.clock - TICK, self.clock))
        self.clock += TICK

    def tell(self, which: int) -> None:
        """One of the calls that were not recorded yet is: the oldest of some process."""
        if not self.records:
            return
        pid = self.records[which % len(self.records)].pid
        index = next(i for i, record in enumerate(self.records) if record.pid == pid)
        record = self.records.pop(index)
        move = self.run.writes if record.call == "write" else self.run.takes
        self.fresh += move(record.t, pid, CHANNEL, record.data, began=record.began)

    def drop(self, which: int) -> None:
        """One of the calls that were not recorded yet never will be: only its bytes are told."""
        if not self.records:
            return
        record = self.records.pop(which % len(self.records))
        self.run.tell(
            events.Dropped(
                t=at(self.clock),
                pid=record.pid,
                count=1,
                bytes=len(record.data),
                what="calls",
                call=record.call,
                channel=CHANNEL,
            )
        )
        self.fresh += self.run.model.fresh

    def tell_reads(self) -> None:
        """All that was read is told before what was written."""
        self.records.sort(key=lambda record: record.call == "write")
        self.tell_all()

    def tell_all(self) -> None:
        while self.records:
            self.tell(0)

    def kill(self, pid: int, untold: bool) -> None:
        """It ends. `untold`: before it could record its last call, which the kernel's count
        settles once everything else is told, as long as somebody holds the pipe."""
        if pid in self.killed:
            return
        self.killed.add(pid)
        untold = untold and self.held
        last = next((record for record in reversed(self.records) if record.pid == pid), None)
        if untold and last is not None:
            self.records.remove(last)
        self.tell_all()
        self.clock += SLOW
        self.run.exit(self.clock, pid, signal="SIGKILL")
        if not self.held:
            self.bytes.clear()
        self.fresh += self.run.model.fresh
        if untold and last is not None:
            counted_as = "written" if last.call == "write" else "read"
            self.fresh += self.run.differs(
                self.clock, CHANNEL, pid=pid, counted_as=counted_as, bytes=len(last.data)
            )

    def close(self) -> None:
        self.tell_all()
        self.clock += SLOW
        self.run.fill(self.clock, CHANNEL, 0)
        self.fresh += self.run.model.fresh
        self.bytes.clear()
        write, read = (tuple(set(pids) - self.killed) for pids in (WRITERS, READERS))
        self.run.fill(self.clock, CHANNEL, 0, write=write, read=read)

    @property
    def held(self) -> bool:
        """Whether anybody holds it."""
        return bool({*WRITERS, *READERS} - self.killed)

    def empty(self) -> None:
        """Everything is read and told, and the kernel says so."""
        self.take(READERS[0], len(self.bytes))
        self.tell_all()
        self.clock += SLOW
        self.run.fill(self.clock, CHANNEL, 0, write=WRITERS, read=READERS)
        self.fresh += self.run.model.fresh

    def check_latencies(self) -> None:
        """Nothing is read before it is written."""
        assert all(one.latency is None or one.latency >= 0 for one in self.fresh)

    def check_sums(self) -> None:
        account = self.run.model.channels[CHANNEL].account
        assert account.written == account.read + account.discarded + account.queued
        assert min(account.written, account.read, account.discarded, account.queued) >= 0


def begin(framing: Framing) -> Pipe:
    run = Run(messages=framing)
    for pid in (*WRITERS, *READERS):
        run.start(0, "main" if pid in WRITERS else "worker", pid)
        run.trace(0, pid)
    run.fill(0, CHANNEL, 0, write=WRITERS, read=READERS)
    return Pipe(run, framing)


write = st.tuples(st.just("write"), st.sampled_from(WRITERS), st.integers(1, 4))
take = st.tuples(st.just("take"), st.sampled_from(READERS), st.integers(8, 60))
tell = st.tuples(st.just("tell"), st.integers(0, 20), st.just(0))
kill = st.tuples(st.just("kill"), st.sampled_from((*WRITERS, *READERS)), st.just(0))
kill_untold = st.tuples(st.just("kill"), st.sampled_from((*WRITERS, *READERS)), st.just(1))
close = st.tuples(st.just("close"), st.just(0), st.just(0))
drop = st.tuples(st.just("drop"), st.integers(0, 20), st.just(0))
tell_reads = st.tuples(st.just("tell reads"), st.just(0), st.just(0))


def play(framing: Framing, steps: list[tuple[str, int, int]]) -> Pipe:
    pipe = begin(framing)
    for what, who, size in steps:
        match what:
            case "write":
                pipe.write(who, size)
            case "take":
                pipe.take(who, size)
            case "tell":
                pipe.tell(who)
            case "drop":
                pipe.drop(who)
            case "tell reads":
                pipe.tell_reads()
            case "kill":
                pipe.kill(who, bool(size))
            case _:
                pipe.close()
        pipe.check_sums()
    pipe.tell_all()
    return pipe


any_told = st.lists(
    st.one_of(write, take, tell, tell, tell_reads, kill, close), min_size=10, max_size=40
)
some_dropped = st.lists(
    st.one_of(write, write, take, take, tell, drop, tell_reads), min_size=40, max_size=200
)
any_step = st.lists(
    st.one_of(write, take, tell, tell, kill_untold, close), min_size=10, max_size=40
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(("line", "raw")), any_told)
def test_bytes_add_up_and_each_message_is_told_with_its_writer_and_reader(
    framing: Framing, steps: list[tuple[str, int, int]]
) -> None:
    pipe = play(framing, steps)
    channel = pipe.run.model.channels[CHANNEL]
    account = channel.account
    assert (account.written, account.read) == (pipe.written, pipe.read)
    assert channel.contents == len(pipe.bytes)
    assert channel.said == Said(len(pipe.said), False)
    ends = [message for message in pipe.fresh if message.read is not None or message.lost]
    begins = [message for message in pipe.fresh if message.queued]
    assert sorted(one.text for one in begins) == sorted(told.text for told in pipe.said)
    assert [one.number for one in begins] == list(range(1, len(pipe.said) + 1))
    assert len({one.number for one in ends}) == len(ends)
    by_text = {told.text: told for told in pipe.said}
    for message in pipe.fresh:
        assert message.writer == by_text[message.text].writer
    for message in ends:
        told = by_text[message.text]
        assert message.reader == told.reader
        if message.read is not None:
            assert message.read >= at(told.read)
            assert not message.counted
    pipe.check_latencies()
    assert len(ends) + len(channel.unread) == len(pipe.said)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("line", "raw")), any_step)
def test_bytes_add_up_where_a_process_is_killed_in_a_call(
    framing: Framing, steps: list[tuple[str, int, int]]
) -> None:
    pipe = play(framing, steps)
    channel = pipe.run.model.channels[CHANNEL]
    assert (channel.account.written, channel.account.read) == (pipe.written, pipe.read)
    assert channel.contents == len(pipe.bytes)
    known = {told.text: told for told in pipe.said}
    ends = [message for message in pipe.fresh if message.read is not None or message.lost]
    assert len({one.number for one in ends}) == len(ends)
    for message in ends:
        told = known.get(message.text)
        if told is not None:
            assert message.writer == told.writer
            # Which of the unread bytes a killed reader took, nothing tells.
            assert message.reader == told.reader or pipe.killed & {*READERS}
    pipe.check_latencies()


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(("line", "raw")), some_dropped)
def test_bytes_add_up_and_all_is_read_in_the_end_where_calls_were_dropped(
    framing: Framing, steps: list[tuple[str, int, int]]
) -> None:
    pipe = play(framing, steps)
    pipe.empty()
    channel = pipe.run.model.channels[CHANNEL]
    assert (channel.account.written, channel.account.read) == (pipe.written, pipe.read)
    assert channel.unread == ()
    assert not channel.transit.ahead.reads
    ends = [message for message in pipe.fresh if message.read is not None]
    assert len({one.number for one in ends}) == len(ends)
    pipe.check_latencies()


@settings(max_examples=30, deadline=None)
@given(any_step)
def test_folding_twice_gives_equal_models(steps: list[tuple[str, int, int]]) -> None:
    told: list[events.Event] = play("line", steps).run.log.events
    once, twice = Model(), Model()
    halfway = Model()
    for number, event in enumerate(told):
        once.apply(event)
        twice.apply(event)
        if number == len(told) // 2:
            halfway = once.snapshot()
            assert halfway == once
    assert once == twice
    for event in told[len(told) // 2 + 1 :]:
        halfway.apply(event)
    assert halfway == once
