"""What one look has told, as text for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from ipcviz.events import Finding, Severity
from ipcviz.marks import mark
from ipcviz.model import Model, Process
from ipcviz.text import clean
from ipcviz.why.look import Look
from ipcviz.why.sentences import other, other_side, sentence
from ipcviz.why.tree import Line, tree

_COLOURS: dict[str, str] = {"error": "red", "warning": "yellow", "info": "blue"}
_SIGNS: dict[Severity, str] = {"error": "failed", "warning": "blocked", "info": "ready"}
_BRANCH = 3


def tell(look: Look, width: int, colours: bool) -> Iterator[str]:
    """The lines: findings, the gravest first; then who waits for whom; then what could not be
    seen."""
    for finding in look.findings:
        yield from _finding(finding, width, colours)
        yield ""
    yield from _processes(look, width, colours)
    if look.unknown:
        yield ""
        for one in look.unknown:
            yield from _wrapped(clean(one), width)


def _finding(finding: Finding, width: int, colours: bool) -> Iterator[str]:
    sure = "certain" if finding.certain else "likely"
    title = f"{mark(_SIGNS[finding.severity])} {finding.rule}"
    if colours:
        title = click.style(title, fg=_COLOURS[finding.severity], bold=True)
    yield f"{title} ({finding.severity}, {sure})"
    for sentences in (finding.what, finding.why, finding.do):
        yield from _wrapped(clean(sentences), width, "  ")


def _processes(look: Look, width: int, colours: bool) -> Iterator[str]:
    """Those with a finding as trees, then the others, a line each where they wait in peace."""
    model, told = look.model, set[int]()
    grave = {pid for one in look.findings if one.severity != "info" for pid in one.pids}
    alone = len(look.shown) == 1
    if not look.shown:
        yield "Nobody waits on a pipe, a FIFO, a child or a lock."
    for pid in look.shown:
        if pid in told:
            continue
        if pid in grave or alone:
            yield from _drawn(model, list(tree(model, pid, look.now, told)), width, colours)
        else:
            yield from _line(look, model.processes[pid], width, colours)


def _drawn(model: Model, lines: list[Line], width: int, colours: bool) -> Iterator[str]:
    for number, line in enumerate(lines):
        if not line.depth:
            yield from _marked(model, line, width, colours)
            continue
        following = next((one.depth for one in lines[number + 1 :] if one.depth <= line.depth), 0)
        indent = " " * (2 + _BRANCH * (line.depth - 1))
        begin = indent + ("├─ " if following == line.depth else "└─ ")
        rest = indent + ("│  " if following == line.depth else "   ")
        yield from _wrapped(clean(line.text) + ".", width, begin, rest)


def _marked(model: Model, line: Line, width: int, colours: bool) -> Iterator[str]:
    process = model.processes[line.pid or 0]
    sign = mark(process.state)
    if colours and process.state == "blocked":
        sign = click.style(sign, fg="yellow")
    first, *rest = _wrapped(clean(line.text) + ".", width - 2)
    yield f"{sign} {first}"
    for one in rest:
        yield f"  {one}"


def _line(look: Look, process: Process, width: int, colours: bool) -> Iterator[str]:
    """A process that waits in peace, with those who could end its wait."""
    model, telling = look.model, process.telling
    if telling is None:
        return
    sides = list(other_side(model, telling))
    text = sentence(model, process, telling, look.now)
    if len(sides) == 1 and telling.call != "wait":
        pid, fds = sides[0]
        text += f"; {other(model, pid, fds)}"
    yield from _marked(model, Line(0, text, process.pid), width, colours)


def _wrapped(text: str, width: int, begin: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 20),
        initial_indent=begin,
        subsequent_indent=begin if rest is None else rest,
        break_on_hyphens=False,
    )
