"""What one look has told, as text for a person."""

from __future__ import annotations

from collections.abc import Iterator

import click

from ipcviz.columns import cut, wrapped
from ipcviz.diagnoses.finding_text import heading, sentences
from ipcviz.diagnoses.words import process
from ipcviz.events import Finding
from ipcviz.marks import COLOURS, ascii_only, mark
from ipcviz.text import clean
from ipcviz.why.look import Look
from ipcviz.why.tree import Node, Tree

_INDENT = "  "
_NOBODY = "Nothing of yours waits on a pipe, a FIFO, a child or a lock."
_IN_PEACE = "These wait, and no rule finds a mistake in that:"


def tell(look: Look, width: int, colours: bool) -> Iterator[str]:
    """The lines: what is wrong and who waits for whom there, the gravest first; then those who
    wait in peace; then what could not be seen."""
    for line in _all(look, width):
        yield line if colours else click.unstyle(line)


def _all(look: Look, width: int) -> Iterator[str]:
    blocks = list(_blocks(look, width))
    for number, block in enumerate(blocks):
        if number:
            yield ""
        yield from block


def _blocks(look: Look, width: int) -> Iterator[list[str]]:
    tree = Tree(look.model, look.now)
    grave = {pid for one in look.findings if one.severity != "info" for pid in one.pids}
    in_peace = []
    for pid in look.shown:
        if not look.asked and pid not in grave:
            in_peace.append(pid)
        elif pid not in tree.told:
            yield list(_together(look, tree, pid, width))
    if in_peace:
        lines = [_IN_PEACE] if look.findings else []
        yield lines + [line for pid in in_peace for line in _in_peace(tree.in_peace(pid), width)]
    if not look.shown and not look.asked:
        yield [_NOBODY]
    if look.unknown:
        lines = [line for one in look.unknown for line in wrapped(clean(one), width)]
        yield [click.style(line, dim=True) for line in lines]


def _in_peace(nodes: list[Node], width: int) -> Iterator[str]:
    """The longest that is one line; else the shortest."""
    drawn = [list(_drawn(node, width)) for node in nodes]
    return iter(next((lines for lines in drawn if len(lines) == 1), drawn[-1]))


def _together(look: Look, tree: Tree, pid: int, width: int) -> Iterator[str]:
    """One process with whoever it waits for, what is wrong there, and all whom that is about."""
    told, pids = set(tree.told), [pid]
    findings: list[Finding] = []
    roots: list[tuple[int, list[Node]]] = []
    for one in pids:
        if one in tree.told or one not in look.model.processes:
            continue
        roots.append((one, tree.of(one)))
        about = tree.told - told
        new = [f for f in look.findings if f not in findings and not about.isdisjoint(f.pids)]
        findings += new
        pids += [other for finding in new for other in finding.pids]
    for finding in sorted(findings, key=look.findings.index):
        yield from _finding(finding, width)
        yield ""
    for one, nodes in roots:
        for number, node in enumerate(nodes):
            command = look.model.processes[one].command if number == 0 else ()
            yield from _drawn(node, width, command=command)
    for one in sorted(tree.told - told):
        yield from _first_of_namespace(look, one, width)


def _finding(finding: Finding, width: int) -> Iterator[str]:
    sign = click.style(mark(finding.severity), fg=COLOURS[finding.severity], bold=True)
    yield f"{sign} {heading(finding)}"
    yield from (_INDENT + line for line in sentences(finding, width - len(_INDENT)))


def _first_of_namespace(look: Look, pid: int, width: int) -> Iterator[str]:
    """What is to be known of the first process of a PID namespace."""
    known = look.model.processes.get(pid)
    signals = known.signals if known is not None else None
    if signals is None or not signals.first or "SIGTERM" in signals.caught:
        return
    text = (
        f"{process(look.model, pid)} is the first process of its PID namespace, and does not handle"
        " SIGTERM, which therefore does nothing to it (pid_namespaces(7))."
    )
    yield from (_INDENT + line for line in wrapped(clean(text), width - len(_INDENT)))


def _drawn(
    node: Node, width: int, first: str = "", rest: str = "", command: tuple[str, ...] = ()
) -> Iterator[str]:
    """A node and what is below it; its first line begins with `first`, all others with `rest`."""
    down, along, last = ("| ", "|- ", "`- ") if ascii_only() else ("│ ", "├─ ", "└─ ")
    sign = mark(node.state or "")
    begin = rest + (down if node.below else _INDENT if sign else "")
    name, does = clean(node.name), clean(node.does)
    lines = wrapped(f"{name}{node.joint}{does}" if does else name, width - len(begin))
    head, *more = lines
    if head.startswith(name):
        head = click.style(name, bold=True) + head[len(name) :]
    signed = click.style(sign, fg=COLOURS.get(node.state or "")) + " " if sign else ""
    yield first + signed + head
    yield from (begin + line for line in more)
    if len(command) > 1:
        yield begin + click.style(
            cut(f"$ {clean(' '.join(command))}", width - len(begin)), dim=True
        )
    if node.waits:
        yield from (begin + line for line in wrapped(clean(node.waits), width - len(begin)))
    for one in node.below:
        is_last = one is node.below[-1]
        yield from _drawn(
            one,
            width,
            rest + (last if is_last else along),
            rest + (" " * len(last) if is_last else down + " "),
        )
