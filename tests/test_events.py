"""Events as lines, there and back."""

from __future__ import annotations

from typing import get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcviz import events

# Lines hold numbers of 64 bits, and JSON none that is infinite.
st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
TYPES = sorted(events.Event.__subclasses__(), key=lambda kind: kind.__name__)


def any_of(kind: type[events.Event]) -> st.SearchStrategy[events.Event]:
    return st.builds(
        kind, **{name: st.from_type(hint) for name, hint in get_type_hints(kind).items()}
    )


@given(event=st.sampled_from(TYPES).flatmap(any_of))
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_again(event: events.Event) -> None:
    line = events.encode(event)
    assert b"\n" not in line
    assert events.decode(line) == event


def test_what_newer_versions_tell_is_passed_over() -> None:
    assert events.decode(b'{"type":"process.stop","t":1,"later":[1]}') == events.ProcessStop(t=1)
    assert events.decode(b'{"type":"process.wish","t":1}') is None


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"5",
        b"[1]",
        b'{"t":1}',
        b'{"type":7,"t":1}',
        b'{"type":"process.stop"}',
        b'{"type":"process.stop","t":"soon"}',
        b'{"type":"process.stop","t":1',
        b'{"type":"process.wish","t":1,"x":"\xff"',
        b'{"type":"process.stop","t":1,"later":' + b"[" * 100_000,
        b'{"type":"process.wish","t":1,"later":' + b"[" * 100_000,
    ],
)
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        events.decode(line)
