"""Reading recordings: whole ones, torn ones, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcviz import events
from ipcviz.errors import UsageError
from ipcviz.recording.reader import read
from recording.told import RUN, STOP


def recording(folder: Path, *lines: bytes) -> Path:
    file = folder / "run.jsonl"
    file.write_bytes(b"\n".join(lines))
    return file


def test_every_event_is_given_in_order(tmp_path: Path) -> None:
    lines = [events.encode(event) for event in (RUN, STOP, STOP)]
    assert list(read(recording(tmp_path, *lines, b""))) == [RUN, STOP, STOP]


def test_types_that_are_not_known_are_passed_over(tmp_path: Path) -> None:
    lines = [events.encode(RUN), b'{"type":"process.wish","t":1}', events.encode(STOP), b""]
    assert list(read(recording(tmp_path, *lines))) == [RUN, STOP]


def test_a_last_line_that_was_cut_short_is_passed_over_wherever_that_was(tmp_path: Path) -> None:
    stop = events.encode(STOP)
    for length in range(len(stop)):
        file = recording(tmp_path, events.encode(RUN), stop, stop[:length])
        assert list(read(file)) == [RUN, STOP]


def test_any_other_line_that_is_no_event_is_told_with_its_number(tmp_path: Path) -> None:
    file = recording(tmp_path, events.encode(RUN), b'{"type":"proc', events.encode(STOP))
    with pytest.raises(UsageError, match=rf"{file}:2: expected an event, as JSON: .+"):
        list(read(file))


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([b"hello"], r":1: expected an event, as JSON: .+"),
        ([events.encode(STOP)], r": not a recording: expected an event of type session at first\."),
        (
            [events.encode(RUN).replace(b'"format":1', b'"format":99')],
            rf": recorded in format 99 by ipcviz 0; this version reads format {events.FORMAT}\.",
        ),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, lines: list[bytes], sentence: str) -> None:
    file = recording(tmp_path, *lines)
    with pytest.raises(UsageError, match=f"{file}{sentence}"):
        list(read(file))


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read: No such file or directory\."):
        list(read(tmp_path / "nowhere"))
