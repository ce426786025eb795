"""The closing account: how each role ended, what went through each pipe, what is wrong still."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ipcviz import events
from ipcviz.diagnoses.finding_text import summed_up
from ipcviz.events import ChannelSummary
from ipcviz.text import bytes_text

_GAP = "   "


def account(summary: events.Summary, width: int) -> Iterator[str]:
    """The lines: a table of the roles, one of the pipes, the requests with their replies, and the
    findings, in lines of at most `width` columns."""
    yield from _table([_role(name, role) for name, role in summary.roles.items()])
    if summary.channels:
        yield ""
        yield from _table(list(_channels(summary.channels)), figures=True)
    if summary.requests is not None and summary.replies is not None:
        yield ""
        yield f"{_count(summary.requests, 'request')}, {_count(summary.replies, 'repl')}"
    if summary.dropped:
        yield f"{_count(summary.dropped, 'call')} could not be recorded"
    if summary.findings:
        yield ""
        yield "Found, and still so:"
        yield from summed_up(summary.findings, width)


def _role(name: str, role: events.RoleSummary) -> list[str]:
    end = f"exit {role.exit}" if isinstance(role.exit, int) else role.exit or ""
    return [name, role.state, end, "" if role.pid is None else f"pid {role.pid}"]


def _channels(channels: dict[str, ChannelSummary]) -> Iterator[list[str]]:
    """What nobody could count has no column."""
    counted = any(one.written is not None for one in channels.values())
    yield ["", *(["written", "read", "discarded"] if counted else []), "queued"] + (
        ["messages"] if counted else []
    )
    for name, one in channels.items():
        moved = [_bytes(one.written), _bytes(one.read), _bytes(one.discarded)]
        messages = "" if one.messages is None else f"{one.messages:,}"
        if one.at_least and messages:
            messages = f"at least {messages}"
        yield [name, *(moved if counted else []), _queued(one)] + ([messages] if counted else [])


def _queued(channel: ChannelSummary) -> str:
    return "empty" if channel.queued == 0 else _bytes(channel.queued)


def _bytes(count: int | None) -> str:
    return "not known" if count is None else bytes_text(count)


def _count(number: int, what: str) -> str:
    if what == "repl":
        return f"{number:,} {'reply' if number == 1 else 'replies'}"
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _table(rows: Sequence[Sequence[str]], figures: bool = False) -> Iterator[str]:
    """Aligned: figures to the right, words to the left; the first column always to the left."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [first.ljust(widths[0])]
        for cell, width in zip(rest, widths[1:], strict=True):
            cells.append(cell.rjust(width) if figures else cell.ljust(width))
        yield _GAP.join(cells).rstrip()
