"""A finding as lines of text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from ipcviz.columns import wrapped
from ipcviz.events import Finding, FindingInfo
from ipcviz.marks import COLOURS, mark
from ipcviz.text import clean

_LABELS = ("what", "why", "do")
_GAP = "  "


def heading(finding: Finding) -> str:
    """Its rule, how grave it is and how sure."""
    how = f"{finding.severity}, {'certain' if finding.certain else 'likely'}"
    return f"{click.style(finding.rule, bold=True)} ({how})"


def sentences(finding: Finding, width: int) -> Iterator[str]:
    """Its three sentences, each in lines of at most `width` columns, with a word before it."""
    indent = max(map(len, _LABELS)) + len(_GAP)
    for name in _LABELS:
        first, *rest = wrapped(clean(getattr(finding, name)), width - indent)
        yield click.style(f"{name:<{indent}}", dim=True) + first
        yield from (" " * indent + line for line in rest)


def summed_up(findings: Iterable[FindingInfo], width: int) -> Iterator[str]:
    """The mark and the rule of each, and what it says, in two columns."""
    told = list(findings)
    column = max((len(one.rule) for one in told), default=0)
    for one in told:
        sign = click.style(mark(one.severity), fg=COLOURS[one.severity])
        indent = len(mark(one.severity)) + 1 + column + len(_GAP)
        first, *rest = wrapped(clean(one.what), width - indent)
        yield f"{sign} {one.rule:<{column}}{_GAP}{first}"
        yield from (" " * indent + line for line in rest)
