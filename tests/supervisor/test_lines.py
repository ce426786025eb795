from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ipcviz.supervisor.lines import LONGEST, Lines, Passed, Piece

ALL = 1_000_000


def chunks_of(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in itertools.pairwise(places)]


text = st.text(st.sampled_from("a\né€😀"), max_size=60)
cuts = st.lists(st.integers(0, 1000), max_size=8)


@given(text, cuts)
def test_cuts_at_line_ends_wherever_the_chunks_end(written: str, cuts: list[int]) -> None:
    lines = Lines()
    told = []
    for chunk in chunks_of(written.encode(), cuts):
        told += lines.feed(chunk, ALL)[0]
    last = lines.end()
    told += [last] if last else []
    expected = written.split("\n")
    if not expected[-1]:
        expected.pop()
    assert [piece.text for piece in told] == expected
    assert not any(piece.lost for piece in told)


@given(st.text(st.sampled_from("a\né€😀"), max_size=60), cuts, st.integers(0, 5), st.booleans())
def test_every_byte_is_told_or_counted(
    written: str, cuts: list[int], most: int, prompts: bool
) -> None:
    lines = Lines()
    data = (written * 3).encode() + b"x" * LONGEST + written.encode()
    texts = lost = passed_bytes = ends = 0
    for chunk in chunks_of(data, [*cuts, 10_000]):
        pieces, passed = lines.feed(chunk, most)
        passed_bytes += passed.bytes
        ends += chunk.count(b"\n") - passed.lines
        if prompts and lines.pending:
            pieces.append(lines.flush())
        texts += sum(len(piece.text.encode()) for piece in pieces)
        lost += sum(piece.lost for piece in pieces)
    last = lines.end() or Piece("")
    assert texts + len(last.text.encode()) + lost + last.lost + passed_bytes + ends == len(data)


def test_bytes_that_are_not_utf8_are_written_as_numbers() -> None:
    pieces, _ = Lines().feed(b"\xff caf\xc3\xa9 \xe2\x82\n", ALL)
    assert pieces == [Piece("\\xff café \\xe2\\x82")]


def test_keeps_the_beginning_of_a_long_line_and_counts_the_rest() -> None:
    lines = Lines()
    told = [lines.feed(b"x" * 65536, ALL)[0] for _ in range(160)]
    told.append(lines.feed(b"\nnext\n", ALL)[0])
    flat = [piece for pieces in told for piece in pieces]
    assert flat == [Piece("x" * LONGEST, 160 * 65536 - LONGEST), Piece("next")]


def test_a_prompt_is_told_and_the_rest_of_its_line_later() -> None:
    lines = Lines()
    assert lines.feed(b"name? ", ALL) == ([], Passed(0, 0))
    assert lines.pending
    assert lines.flush() == Piece("name? ")
    assert lines.feed(b"bob\n", ALL)[0] == [Piece("bob")]
    lines.feed(b"again? ", ALL)
    lines.flush()
    assert lines.feed(b"\n", ALL)[0] == []
    assert lines.feed(b"\n", ALL)[0] == [Piece("")]


def test_passes_over_what_is_beyond_the_allowed_lines() -> None:
    lines = Lines()
    assert lines.feed(b"a\nb\nc\nd\ne", 2) == ([Piece("a"), Piece("b")], Passed(2, 4))
    assert lines.feed(b"f\n", 2) == ([Piece("ef")], Passed(0, 0))
