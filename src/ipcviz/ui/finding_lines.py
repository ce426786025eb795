"""A finding as lines of text, and which of them is told where there is room for one."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ipcviz.events import Finding
from ipcviz.marks import mark
from ipcviz.model import Model
from ipcviz.text import clean
from ipcviz.ui.lines import foreign, line, spread, wrapped
from ipcviz.ui.tones import SEVERITIES

_LABEL = 6


def finding_lines(finding: Finding, width: int) -> Iterator[Content]:
    """Its rule, how grave and how sure it is, and its three sentences."""
    style = SEVERITIES[finding.severity]
    rule = line((f"{mark(finding.severity)} {finding.rule}", f"bold {style}"))
    how = f"{finding.severity}, {'certain' if finding.certain else 'likely'}"
    yield spread(rule, line((how, style)), width)
    for label, text, shade in (
        ("what", finding.what, ""),
        ("why", finding.why, "$quiet"),
        ("do", finding.do, ""),
    ):
        first, *rest = wrapped(foreign(text, shade), width - _LABEL) or [Content("")]
        yield line((f"{label:<{_LABEL}}", "$quiet"), first)
        yield from (line(" " * _LABEL, one) for one in rest)


def finding_text(finding: Finding) -> str:
    """It, to be copied."""
    how = f"{finding.severity}, {'certain' if finding.certain else 'likely'}"
    sentences = map(clean, (finding.what, finding.why, finding.do))
    return "\n".join((f"{finding.rule} ({how})", *sentences))


def alarm(model: Model, pid: int | None = None, channel: str | None = None) -> Finding | None:
    """The gravest finding of a model that is more than information: of all, or about a process
    or a pipe."""
    for finding in model.gravest_findings:
        about = (pid is None or pid in finding.pids) and channel in (None, finding.channel)
        if about and finding.severity != "info":
            return finding
    return None
