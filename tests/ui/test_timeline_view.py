"""What the timeline brings into view: the end, a place scrolled to, the moment that is shown."""

from __future__ import annotations

from textual.content import Content

from ipcviz import events
from ipcviz.model.timeline.rows import KEPT, Row
from ipcviz.supervisor.guardian import Guardian
from ipcviz.ui.screens.run_actions import RunActions
from ipcviz.ui.widgets.timeline import TimelineView
from ui.shown import Shown, run, showing


def tell(shown: Shown, count: int) -> list[Row]:
    """So many events with a row each, `the 0th` and on; their rows, those that are kept."""
    log = shown.session.log
    for number in range(count):
        label = f"the {number}th"
        log.append(events.Action(t=log.now(), source="ipcviz", role="main", name="n", label=label))
    return [row for row in shown.session.timeline.rows if row.text.startswith("the ")]


def show(shown: Shown, row: Row | None) -> list[Content]:
    """Let the screen show the moment of the row: the lines of the timeline then."""
    screen = shown.app.screen
    assert isinstance(screen, RunActions)
    screen.moment.go_to(row)
    screen.redraw()
    view = shown.app.screen.query_one(TimelineView)
    return view.draw(*view.size)


def is_faint(line: Content) -> bool:
    return [span.style for span in line.spans] == ["$faint"]


def test_the_row_of_the_moment_is_in_view_on_a_band_and_what_came_later_is_faint(
    guardian: Guardian,
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            rows = tell(shown, 100)
            lines = show(shown, rows[20])
            at = next(index for index, line in enumerate(lines) if " ▸" in line.plain[:3])
            assert "the 20th" in lines[at].plain
            assert any("on $cursor" in str(span.style) for span in lines[at].spans)
            assert "the 19th" in lines[at - 1].plain
            assert not is_faint(lines[at - 1])
            assert "the 21th" in lines[at + 1].plain
            assert all(is_faint(line) for line in lines[at + 1 :])
            lines = show(shown, rows[21])
            assert "▸" in next(line.plain for line in lines if "the 21th" in line.plain)
            lines = show(shown, None)
            assert lines[-1].plain.rstrip().endswith("now")
            assert not any("▸" in line.plain or is_faint(line) for line in lines)

    run(test())


def test_the_moment_may_be_scrolled_away_from_and_the_next_one_is_seen_again(
    guardian: Guardian,
) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            rows = tell(shown, 100)
            show(shown, rows[5])
            await shown.press("pagedown", "pagedown", "pagedown")
            view = shown.app.screen.query_one(TimelineView)
            assert not any("▸" in line.plain for line in view.draw(*view.size))
            assert any("▸" in line.plain for line in show(shown, rows[6]))

    run(test())


def test_the_first_line_says_how_many_earlier_events_are_not_kept(guardian: Guardian) -> None:
    async def test() -> None:
        async with showing(guardian, "basic-main-first") as shown:
            told = KEPT * 6 // 5
            rows = tell(shown, told)
            view = shown.app.screen.query_one(TimelineView)
            view.scroll_lines(-told)
            lines = view.draw(*view.size)
            dropped = shown.session.timeline.dropped
            assert f"{dropped:,} earlier events are not kept" in lines[1].plain
            assert rows[0].text in lines[2].plain

    run(test())
