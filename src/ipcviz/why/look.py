"""One look: whom it is about, what they do, and what the rules find."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence, Set

from msgspec import Struct

from ipcviz.diagnoses.judge import Judge
from ipcviz.diagnoses.rules import RULES
from ipcviz.errors import UsageError
from ipcviz.events import SEVERITIES, Finding
from ipcviz.log import Log
from ipcviz.model import Model, Process
from ipcviz.observers.survey import related
from ipcviz.observers.survey.scan import Scan
from ipcviz.observers.survey.survey import Survey
from ipcviz.why.targets import Chosen, choose
from ipcviz.why.unseen import hidden_by_proc, unseen

_APART = 50_000_000
"""Nanoseconds from one look to the next at least: those who may read or write in vain are counted
then."""
_LATELY = 1_000_000_000


class Look(Struct, frozen=True):
    """What one look has told.

    asked: words have named whom to tell of; else it is everybody who waits.
    shown: the pids to tell of, those with the gravest findings first.
    findings: what is wrong with them, with those they wait for and with their children.
    unknown: what could not be seen, a sentence each. now: when it was, on the model's clock.
    """

    model: Model
    asked: bool
    shown: tuple[int, ...]
    findings: tuple[Finding, ...]
    unknown: tuple[str, ...]
    now: int


def look(words: Sequence[str] = ()) -> Look:
    """Look once at the processes that the words name, or without any at all of this user that wait
    on a pipe, a FIFO, a child or a lock. Raises UsageError where a word names nothing."""
    _require_proc()
    scan = Scan()
    chosen = choose(words, scan)
    above = frozenset(scan.ancestors(os.getpid()))
    apart = above | {os.getpid()}
    log, model = Log(), Model(above_ipcviz=above, others_hidden=hidden_by_proc())
    log.listen(model.apply)
    survey = Survey(log, scan, apart)
    try:
        survey.look(_first(chosen, scan) if words else _suspects(scan, apart))
        _judge(survey, log, model, closely=bool(words))
        chosen.add_opening(survey.opening())
    finally:
        survey.close()
    about = chosen.pids if words else set(_everybody(model, scan, apart))
    findings = tuple(_findings(model, about, everything=not words))
    grave = [pid for finding in findings for pid in finding.pids if finding.severity != "info"]
    shown = dict.fromkeys(pid for pid in (*grave, *sorted(about)) if pid in model.processes)
    unknown = (*chosen.notes(scan), *_missing(chosen, model), *unseen(scan))
    return Look(model, bool(words), tuple(shown), findings, unknown, log.now())


def _require_proc() -> None:
    """Raises UsageError where /proc does not tell of the processes that this one is among."""
    try:
        own = os.readlink("/proc/self")
    except OSError:
        raise UsageError("/proc does not tell of processes; mount one (mount -t proc).") from None
    if own != str(os.getpid()):
        raise UsageError(
            "/proc tells of another PID namespace; mount one of this (unshare --mount-proc)."
        )


def _suspects(scan: Scan, apart: Set[int]) -> set[int]:
    """Those of this user of whom there may be something to say."""
    return {pid for pid in related.suspects(scan, apart) if _is_own(scan, pid)}


def _first(chosen: Chosen, scan: Scan) -> set[int]:
    """Whom to look at to begin with, of those who were asked about: their children, too, and
    everybody who waits in an open(2) that may be of a FIFO that was asked about."""
    opening = {
        one.pid
        for one in scan.processes.values()
        if any(family == "open" for family, _ in one.calls or ())
    }
    children = (scan.children(pid) for pid in chosen.pids)
    return chosen.pids.union(*children, opening if chosen.fifos else ())


def _missing(chosen: Chosen, model: Model) -> Iterator[str]:
    for pid in sorted(chosen.pids - model.processes.keys()):
        yield f"Process {pid} has ended meanwhile, or nothing of it may be seen."


def _is_own(scan: Scan, pid: int) -> bool:
    return pid in scan.processes and scan.processes[pid].uid == os.geteuid()


def _judge(survey: Survey, log: Log, model: Model, closely: bool) -> None:
    """Ask the rules; where something has not lasted long enough yet, look once more when it has.
    What is merely information is waited for only where somebody was asked about (`closely`)."""
    judge = Judge(model, RULES)
    latest = log.now() + max(rule.after for rule in RULES)
    due = _ask(judge, log, closely)
    if due is None and _to_recount(model, log):
        due = log.now()
    while due is not None and due <= latest:
        time.sleep(max(due - log.now(), _APART) / 1e9)
        survey.look()
        due = _ask(judge, log, closely)


def _ask(judge: Judge, log: Log, closely: bool) -> int | None:
    """Tell what the rules find now. Answers when they are to be asked again."""
    for event in judge.judge(log.now()):
        log.append(event)
    return judge.due if closely else judge.due_above_info


def _to_recount(model: Model, log: Log) -> bool:
    """Whether somebody was counted who runs, or ran just now: one that sleeps for long does not
    read or write in vain."""
    lately = log.now() - _LATELY
    return any(
        state.state == "running" or state.began > lately
        for process in model.processes.values()
        if process.counts
        for state in process.threads.values()
    )


def _everybody(model: Model, scan: Scan, apart: Set[int]) -> Iterator[int]:
    """Everybody of this user who waits on a pipe, a FIFO, a child or a lock of a file, but for
    those who wait for ipcviz: who started it, and who reads what it prints."""
    for process in model.living():
        if process.pid in apart or not _is_own(scan, process.pid):
            continue
        if any(waits_on_others(process)) and os.getpid() not in _beyond(model, {process.pid}):
            yield process.pid


def waits_on_others(process: Process) -> Iterator[bool]:
    """For each thread whether it waits on a pipe, a FIFO, a child or a lock of a file."""
    for state in process.threads.values():
        blocked = state.state == "blocked" and state.call != "futex"
        yield blocked and any(one.channel or one.pids or one.lock for one in state.waits_for)


def _findings(model: Model, about: set[int], everything: bool) -> Iterator[Finding]:
    """The gravest first: those of whoever is told of, of those they wait for, and of their
    children. What is merely information is told of whoever was asked about."""
    near = _beyond(model, about)
    near |= {one.pid for one in model.processes.values() if one.ppid in about}
    for finding in model.gravest_findings:
        if finding.severity == "info":
            told = not everything and not about.isdisjoint(finding.pids)
        else:
            told = everything or not near.isdisjoint(finding.pids)
        if told:
            yield finding


def _beyond(model: Model, pids: Set[int]) -> set[int]:
    """These processes, those they wait for, whom these wait for, and so on."""
    found, todo = set[int](), set(pids)
    while todo:
        found |= todo
        states = (
            state
            for pid in todo
            if pid in model.processes
            for state in model.processes[pid].threads.values()
        )
        todo = related.named_in(states) - found
    return found


def worst(look: Look) -> str | None:
    """The gravest severity among the findings."""
    found = {finding.severity for finding in look.findings}
    return next((one for one in SEVERITIES if one in found), None)
