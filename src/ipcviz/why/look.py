"""One look: whom it is about, what they do, and what the rules find."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ipcviz.diagnoses.judge import Judge
from ipcviz.diagnoses.rules import RULES
from ipcviz.events import SEVERITIES, Finding
from ipcviz.log import Log
from ipcviz.model import Model, Process
from ipcviz.observers.survey import related
from ipcviz.observers.survey.scan import Scanned, scan
from ipcviz.observers.survey.survey import Survey
from ipcviz.why.targets import Chosen, ancestors_of_ipcviz, choose, naming
from ipcviz.why.unseen import unseen

_RECOUNT = 50_000_000
"""Nanoseconds until those are counted again who may read or write in vain."""
_LATELY = 1_000_000_000


@dataclass(frozen=True)
class Look:
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
    scanned = scan()
    chosen = choose(words, scanned)
    apart = frozenset(ancestors_of_ipcviz(scanned))
    log, model = Log(), Model(above_ipcviz=apart)
    log.listen(model.apply)
    survey = Survey(log, scanned, apart)
    try:
        survey.look(_first(chosen, scanned, apart, everybody=not words))
        _judge(survey, log, model)
    finally:
        survey.close()
    chosen.pids |= set(_waiting_to_open(chosen, model))
    notes = [*chosen.notes, *_nobody_has_open(chosen, scanned, model)]
    about = chosen.pids if words else set(_everybody(scanned, model))
    findings = tuple(_findings(model, about, everything=not words))
    grave = [pid for finding in findings for pid in finding.pids if finding.severity != "info"]
    shown = dict.fromkeys(pid for pid in (*grave, *sorted(about)) if pid in model.processes)
    return Look(model, bool(words), tuple(shown), findings, (*notes, *unseen(scanned)), log.now())


def _first(
    chosen: Chosen, scanned: Mapping[int, Scanned], apart: Set[int], everybody: bool
) -> set[int]:
    """Whom to look at to begin with."""
    if everybody:
        own = os.geteuid()
        suspects = related.suspects(scanned, related.Ends(scanned.values()), apart)
        return {pid for pid in suspects if scanned[pid].uid == own}
    children = {one.pid for one in scanned.values() if one.ppid in chosen.pids}
    opening = {
        one.pid for one in scanned.values() if any(family == "open" for family, _ in one.calls)
    }
    return chosen.pids | children | (opening if chosen.fifos else set())


def _judge(survey: Survey, log: Log, model: Model) -> None:
    """Ask the rules; where something has not lasted long enough yet, look once more when it
    has."""
    judge = Judge(model, RULES)
    for event in judge.judge(log.now()):
        log.append(event)
    due = max(judge.due_above_info or 0, log.now() + _RECOUNT if _to_recount(model, log) else 0)
    if not due:
        return
    time.sleep(max(0.0, (due - log.now()) / 1e9))
    survey.look(())
    for event in judge.judge(log.now()):
        log.append(event)


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


def _waiting_to_open(chosen: Chosen, model: Model) -> Iterator[int]:
    names = {name for name, one in model.channels.items() if one.path in chosen.fifos.values()}
    inodes = {key[1] for key in chosen.fifos}
    names |= {name for name, one in model.channels.items() if one.inode in inodes and one.path}
    for process in model.living():
        wanted = (one for state in process.threads.values() for one in state.waits_for)
        if any(one.channel in names for one in wanted):
            yield process.pid


def _nobody_has_open(chosen: Chosen, scanned: Mapping[int, Scanned], model: Model) -> Iterator[str]:
    for path in chosen.fifos.values():
        if not chosen.pids:
            names = sorted(naming(path, scanned))
            told = ", ".join(f"{scanned[pid].name} (pid {pid})" for pid in names[:5])
            tail = f"; named in the command line of {told}." if names else "."
            yield f"Nobody has {path} open, or waits for it{tail}"


def _everybody(scanned: Mapping[int, Scanned], model: Model) -> Iterator[int]:
    """Everybody of this user who waits on a pipe, a FIFO, a child or a lock of a file."""
    for process in model.living():
        own = process.pid in scanned and scanned[process.pid].uid == os.geteuid()
        if own and any(waits_on_others(process)):
            yield process.pid


def waits_on_others(process: Process) -> Iterator[bool]:
    """For each thread whether it waits on a pipe, a FIFO, a child or a lock of a file."""
    for state in process.threads.values():
        blocked = state.state == "blocked" and state.call != "futex"
        yield blocked and any(one.channel or one.pids or one.lock for one in state.waits_for)


def _findings(model: Model, about: set[int], everything: bool) -> Iterator[Finding]:
    """The gravest first: those of whoever is told of, of those they wait for, and of their
    children. What is merely information is told of whoever was asked about."""
    near = set(about)
    while True:
        beyond = related.named_in(
            state
            for pid in near
            if pid in model.processes
            for state in model.processes[pid].threads.values()
        )
        if beyond <= near:
            break
        near |= beyond
    near |= {one.pid for one in model.processes.values() if one.ppid in about}
    for finding in model.gravest_findings:
        if finding.severity == "info":
            told = not everything and not about.isdisjoint(finding.pids)
        else:
            told = everything or not near.isdisjoint(finding.pids)
        if told:
            yield finding


def worst(look: Look) -> str | None:
    """The gravest severity among the findings."""
    found = {finding.severity for finding in look.findings}
    return next((one for one in SEVERITIES if one in found), None)
