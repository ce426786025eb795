"""The model at any moment equals the model that was live then."""

from __future__ import annotations

import copy
import timeit
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcviz import events, log
from ipcviz.model import Model, history
from ipcviz.model.history import History
from model.telling import PIPES, SECOND, Run

Deed = Callable[[Run, float, str, str, int], None]


def start(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
    run.start(seconds, role, 100 + run.log.end)


def waits(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
    run.reads(seconds, pid_of(run, role), channel)


def goes_on(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
    run.state(seconds, pid_of(run, role), "running")


def ends(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
    run.exit(seconds, pid_of(run, role), code=number)


def opens(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
    run.fill(seconds, channel, number, both=(pid_of(run, role),))


def is_killed(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
    to = pid_of(run, role)
    run.tell(events.SignalSend(t=at(seconds), source="ipcviz", signal="SIGTERM", to=to))
    run.exit(seconds, to, signal="SIGTERM")


def calls(call: str) -> Deed:
    def deed(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
        data = "x" * (number - 1) + "\n" if number else ""
        more = {"call": call, "channel": channel, "fd": 3, "file": "a.py", "line": number}
        tell(run, events.CallEnter, seconds, role, **more)
        returned = {"began": at(seconds), "result": number, "data": data}
        tell(run, events.CallReturn, seconds + number / 1000, role, **more, **returned)

    return deed


def told(kind: type[events.Event], **fields: Any) -> Deed:
    """An event of the tracer; of the fields that it has, `channel` and `count` are chosen."""

    def deed(run: Run, seconds: float, role: str, channel: str, number: int) -> None:
        chosen = {"channel": channel, "count": number, "bytes": number, "signal": "SIGUSR1"}
        chosen |= {"to": pid_of(run, role), "began": at(seconds)}
        known = {name: value for name, value in chosen.items() if name in kind.__struct_fields__}
        tell(run, kind, seconds, role, **known, **fields)

    return deed


def tell(run: Run, kind: type[events.Event], seconds: float, role: str, **fields: Any) -> None:
    pid = pid_of(run, role)
    run.tell(kind(t=at(seconds), source="tracer", pid=pid, tid=pid, role=role, **fields))


DEEDS: list[Deed] = [
    start,
    waits,
    goes_on,
    ends,
    opens,
    is_killed,
    calls("write"),
    calls("write"),
    calls("read"),
    calls("read"),
    calls("close"),
    told(events.Output, stream="stdout", text="a line"),
    told(events.ProcessObserve, loaded=True),
    told(events.SignalSend),
    told(events.SignalDeliver),
    told(events.SignalHandler),
    told(events.SignalHandlerEnd),
    told(events.Signals, pending=("SIGUSR1",)),
    told(events.Buffered, fd=3),
    told(events.Difference, what="more", counted_as="read"),
    told(events.Dropped, what="calls", call="write"),
    told(events.ChannelRemove),
]


def pid_of(run: Run, role: str) -> int:
    process = run.model.roles[role].process
    return process.pid if process is not None else 1


def at(seconds: float) -> int:
    return int(seconds * SECOND)


class Lived:
    """A run that was watched: what the model held after each event."""

    def __init__(self) -> None:
        self.run = Run(hooks=events.HooksInfo(request="requests", reply="replies"))
        self.history = History(self.run.model, self.run.log)
        self.held: list[Model] = []
        self.run.log.listen(lambda _: self.held.append(copy.deepcopy(self.run.model)))

    def do(self, deed: Deed, role: str, channel: str, number: int) -> None:
        deed(self.run, self.run.log.end / 10, role, channel, number)


story = st.lists(
    st.tuples(
        st.sampled_from(DEEDS),
        st.sampled_from(["main", "worker"]),
        st.sampled_from([*PIPES]),
        st.integers(0, 50),
    ),
    max_size=60,
)


@pytest.fixture(scope="module", autouse=True)
def often() -> Any:
    """Copies are made often, and the log keeps little: both happen many times in a short run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "EVERY", 5)
        patch.setattr(log, "KEPT", 20)
        yield


@settings(max_examples=200, deadline=None)
@given(story, st.randoms(use_true_random=False))
def test_the_model_at_any_moment_is_the_one_that_was_live_then(
    deeds: Sequence[tuple[Deed, str, str, int]], random: Random
) -> None:
    lived = Lived()
    for deed in deeds:
        lived.do(*deed)
    moments = [*range(lived.history.first, lived.run.log.end)]
    random.shuffle(moments)
    for seq in moments:
        assert lived.history.at(seq) == lived.held[seq], f"after event {seq}"


def test_a_model_that_was_given_stays_as_it_is() -> None:
    lived = Lived()
    lived.do(start, "main", "requests", 0)
    given = lived.history.at(1)
    lived.do(ends, "main", "requests", 0)
    assert given == lived.held[1]
    given.roles.clear()
    assert lived.history.at(1) == lived.held[1]


def test_what_the_log_does_not_keep_is_not_given() -> None:
    lived = Lived()
    for number in range(200):
        lived.do(opens, "main", "requests", number)
    oldest, kept = lived.history.first, lived.run.log.first
    assert kept <= oldest < kept + 5
    assert lived.history.at(oldest) == lived.held[oldest]
    for seq in (0, kept - 1, oldest - 1, lived.run.log.end):
        with pytest.raises(LookupError):
            lived.history.at(seq)


def test_one_that_comes_late_reaches_back_to_its_beginning() -> None:
    lived = Lived()
    for number in range(7):
        lived.do(opens, "main", "requests", number)
    assert History(lived.run.model, lived.run.log).first == 0
    for number in range(100):
        lived.do(opens, "main", "requests", number)
    late = History(lived.run.model, lived.run.log)
    assert late.first == lived.run.log.end
    lived.do(start, "main", "requests", 0)
    assert late.at(late.first) == lived.held[-1]


def test_what_was_seen_in_one_look_is_one_moment() -> None:
    lived = Lived()
    lived.do(start, "main", "requests", 0)
    main = pid_of(lived.run, "main")
    lived.run.fill(1, "requests", 0, both=(main,))
    lived.run.fill(1, "replies", 0, both=(main,))
    lived.run.reads(1, main, "requests")
    lived.run.state(2, main, "running")
    for seq in (2, 3, 4):
        assert lived.history.settled(seq) == lived.held[4]
    assert lived.history.settled(5) == lived.held[5]


def test_a_moment_is_folded_from_nearby(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "KEPT", 5000)
    run = Run()
    moments = History(run.model, run.log)
    for number in range(3000):
        run.fill(number, "requests", number, both=(1,))
    everything = run.log.events

    def whole() -> None:
        model = Model()
        for event in everything:
            model.apply(event)

    assert moments.first == 0
    assert 10 * fastest(lambda: moments.at(run.log.end - 1)) < fastest(whole)


def fastest(act: Callable[[], object]) -> float:
    """Seconds, of the fastest of some times."""
    return min(timeit.repeat(act, number=1, repeat=5))
