from __future__ import annotations

from ipcviz.model.timeline.lifelines import BLINK
from ipcviz.model.timeline.rows import KEPT, Row, Rows
from model.telling import SECOND


def row(t: int, seq: int = 0, text: str = "") -> Row:
    return Row(seq, t, "main", "note", text)


def test_what_comes_late_takes_its_place_in_time_and_in_the_order_of_seq() -> None:
    rows = Rows()
    for seq, t in enumerate((SECOND, SECOND + 10, SECOND + 30)):
        rows.add(row(t, seq))
    late = rows.add(row(SECOND + 10, 3, "late"))
    assert [one.t - SECOND for one in rows.kept] == [0, 10, 10, 30]
    assert rows.kept[2] is late
    assert [one.seq for one in rows.kept] == [0, 1, 2, 2]


def test_what_comes_too_late_stands_at_the_end() -> None:
    rows = Rows()
    for t in (SECOND, 2 * SECOND):
        rows.add(row(t))
    rows.add(row(2 * SECOND - BLINK - 1, text="too late"))
    assert [one.text for one in rows.kept] == ["", "", "too late"]


def test_one_row_is_replaced_or_taken_back_wherever_it_is() -> None:
    rows = Rows()
    told = [rows.add(row(n // 3, n)) for n in range(100)]
    assert rows.replace(told[40], row(13, 40, "another"))
    rows.take_back(told[41])
    assert len(rows.kept) == 99
    assert rows.kept[40].text == "another"
    assert not rows.replace(told[41], row(13, 41, "another"))


def test_a_row_is_found_among_others_that_came_too_late() -> None:
    rows = Rows()
    for seq in range(60):
        rows.add(row(SECOND + seq, seq))
    late = [rows.add(row(seq, seq, "late")) for seq in range(60, 90)]
    assert rows.replace(late[3], row(63, 63, "another"))
    assert rows.kept[63].text == "another"


def test_the_oldest_go_in_chunks_and_are_counted() -> None:
    rows = Rows()
    for n in range(2 * KEPT):
        rows.add(row(n, n))
    assert KEPT <= len(rows.kept) <= 1.1 * KEPT
    assert rows.kept[0].seq == rows.dropped == 2 * KEPT - len(rows.kept)
