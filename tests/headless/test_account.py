"""The table that closes the text of a run."""

from __future__ import annotations

from click import unstyle

from ipcviz import events
from ipcviz.headless.account import account

ROLES = {
    "main": events.RoleSummary(pid=10, exit=0, state="exited"),
    "worker": events.RoleSummary(pid=None, exit=None, state="not started"),
}


def summary(
    requests: int | None = None,
    dropped: int = 0,
    findings: tuple[events.FindingInfo, ...] = (),
    **channels: events.ChannelSummary,
) -> events.Summary:
    return events.Summary(
        t=0,
        channels=channels,
        roles=ROLES,
        requests=requests,
        replies=None if requests is None else 1,
        findings=findings,
        dropped=dropped,
    )


def test_what_went_through_each_pipe_stands_in_columns() -> None:
    told = summary(
        requests=2,
        dropped=3,
        up=events.ChannelSummary(written=1234, read=1100, discarded=0, queued=134, messages=2),
        down=events.ChannelSummary(
            written=5, read=5, discarded=0, queued=0, messages=1, at_least=True
        ),
    )
    assert list(account(told, 80)) == [
        "main     exited        exit 0   pid 10",
        "worker   not started",
        "",
        "       written     read   discarded   queued     messages",
        "up      1234 B   1100 B         0 B    134 B            2",
        "down       5 B      5 B         0 B    empty   at least 1",
        "",
        "2 requests, 1 reply",
        "3 calls could not be recorded",
    ]


def test_what_nobody_could_count_has_no_column() -> None:
    told = summary(up=events.ChannelSummary(queued=None), down=events.ChannelSummary(queued=70_000))
    assert list(account(told, 80))[3:] == [
        "          queued",
        "up     not known",
        "down    68.4 KiB",
    ]


def finding(rule: str, severity: events.Severity, what: str) -> events.FindingInfo:
    return events.FindingInfo(
        rule=rule, severity=severity, certain=True, pids=(), channel=None, what=what, why="", do=""
    )


def test_what_is_still_so_is_told_in_a_sentence_each() -> None:
    told = summary(
        findings=(
            finding("deadlock", "error", "main and worker wait for each other, as it seems."),
            finding("zombie", "warning", "\x1b[2Ja child has ended."),
        )
    )
    assert [unstyle(line) for line in account(told, 50)][2:] == [
        "",
        "Found, and still so:",
        "✗ deadlock  main and worker wait for each other,",
        "            as it seems.",
        "! zombie    a child has ended.",
    ]
