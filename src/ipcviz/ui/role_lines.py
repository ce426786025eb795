"""What a pane and a strip say of a role: its title, its state, its open ends, its output."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from ipcviz.events import Finding, Holder
from ipcviz.marks import mark
from ipcviz.model import Model, Role
from ipcviz.model.headline import Headline
from ipcviz.model.timeline import Timeline
from ipcviz.model.timeline.ends import mode_words
from ipcviz.model.words import call_text, exit_text
from ipcviz.text import bytes_text, elapsed
from ipcviz.ui.finding_lines import alarm
from ipcviz.ui.lines import band, chip, fit, foreign, line, spread
from ipcviz.ui.source import Shown, shown
from ipcviz.ui.tones import FAILED_BAND, HELD_BAND, SEVERITIES, STATES, WAITING_BAND, state_of

_MOVES = ("running", "not started")
"""States of which nobody asks how long."""
IS_HERE, WAS_HERE = "▸", "▹"
"""The line that a program is in; that of the last call that was told, where it is in another."""
_WAITS = ("blocked", "ready", "sleeping")


def title(role: Role) -> Content:
    """`main 4711  child of provider`."""
    parts: list[Content | tuple[str, str]] = [(role.name, "bold $foreground")]
    if role.process is not None:
        parts.append((f" {role.process.pid}", "$quiet"))
    if role.info.started_by is not None:
        parts.append((f"  child of {role.info.started_by}", "$faint"))
    return line(*parts)


def state_line(
    role: Role, model: Model, timeline: Timeline, headline: Headline, now: int, width: int
) -> Content:
    """Mark, state in capitals, call and what it is on, how long; on a band where it matters."""
    state = state_of(role)
    style = STATES[state]
    tone = band_of(role, model, headline)
    if tone:
        style = ""
    gap = "  " if width >= 40 else " "
    what = foreign(_doing(role, model), style)
    word = state if role.process is None else state.upper()
    left = line(" ", (f"{mark(state)} {word}", f"bold {style}".strip()), gap, what)
    content = spread(left, _how_long(role, timeline, now, style), width - 1)
    return band(content, tone, width) if tone else content


def band_of(role: Role, model: Model, headline: Headline) -> str:
    """The band behind a state that has failed, that a finding is about, or that holds everything
    up; "" for a calm one."""
    found = _alarm_about(role, model)
    if role.failed or (found is not None and found.severity == "error"):
        return FAILED_BAND
    if found is None and headline.tone != "waiting":
        return ""
    if role.state in ("stopped", "zombie"):
        return HELD_BAND
    return WAITING_BAND if found is not None or role.state == "blocked" else ""


def state_style(role: Role, model: Model) -> str:
    """The colour of what the role does now."""
    found = _alarm_about(role, model)
    if found is not None and found.severity == "error":
        return SEVERITIES["error"]
    return STATES[state_of(role)]


def _alarm_about(role: Role, model: Model) -> Finding | None:
    return alarm(model, role.process.pid) if role.process is not None else None


def starts_it(role: Role) -> Content:
    """Who can start a role that has not been started: a key, or another role."""
    if role.info.started_by is not None:
        return line("  ", (f"{role.info.started_by} starts it", "$quiet"))
    if role.info.key is None:
        return line("  ", ("the command palette (ctrl+p) starts it", "$quiet"))
    return line(" ", chip(role.info.key), " starts it")


def source_shown(role: Role) -> Shown:
    """The text of the role's program, or of the file that it is in now, and the current line."""
    return shown(role.info.program, role.process.place if role.process is not None else None)


def source_line(number: int, text: str, width: int, style: str) -> Content:
    """`  10  import sys`."""
    return fit(line((f"{number:4}", "$faint"), "  ", (text, style)), width)


def current_line(number: int, text: str, width: int, role: Role, model: Model) -> Content:
    """`▸ 14  answer = replies.readline()`, in the colour of the role's state; without it where
    the role was there, and has gone on."""
    if gone_on(role):
        return fit(line((f"{WAS_HERE}{number:3}  ", "$quiet"), (text, "$quiet")), width)
    sign = line((f"{IS_HERE}{number:3} ", f"bold {state_style(role, model)}"))
    text_of_it = fit(line(" ", (text, "bold $foreground")), width - sign.cell_length)
    return line(sign, text_of_it.stylize_before("on $panel"))


def gone_on(role: Role) -> bool:
    """Whether the role waits, by the kernel's view, in a call that no tracer told: so it is in
    another line than that of the last call, or of the handler, that was told."""
    process = role.process
    telling = process.telling if process is not None else None
    if process is None or telling is None or role.state not in _WAITS:
        return False
    call = process.call(telling.tid)
    return call is None or any(handler.t > call.t for handler in process.handlers)


def not_traced(role: Role, width: int) -> list[Content]:
    """Why nothing can tell the current line, where that is so."""
    observed = role.process.observed if role.process is not None else None
    if observed is None or observed.loaded:
        return []
    why = f": {observed.why}" if observed.why else ""
    return [fit(line("  ", foreign(f"not traced{why}", "$quiet")), width)]


def open_ends(role: Role, model: Model) -> Iterator[tuple[Holder, str]]:
    """Each descriptor of the role that is an end of a pipe, and the pipe's name."""
    pid = role.process.pid if role.running and role.process is not None else None
    found = [
        (holder, channel.name)
        for channel in model.channels.values()
        for holder in channel.holders
        if holder.pid == pid
    ]
    return iter(sorted(found, key=lambda one: one[0].fd))


def end_lines(role: Role, holder: Holder, channel: str, width: int) -> list[Content]:
    """`3 main_to_worker   read-write`, and what the role's own buffer over it keeps back while
    the role waits: on a line of its own where there is no room beside."""
    left = line((f"{holder.fd:3} ", "$faint"), foreign(channel, "$secondary"))
    mode = line((mode_words(holder.mode), "$quiet"))
    kept = buffered(role, holder.fd, channel)
    if not kept:
        return [spread(left, mode, width)]
    words = line((f"{bytes_text(kept)} in its own buffer", "$secondary"))
    beside = line(mode, ", ", words)
    if left.cell_length + beside.cell_length < width:
        return [spread(left, beside, width)]
    return [spread(left, mode, width), spread(line(""), words, width)]


def buffered(role: Role, fd: int, channel: str) -> int:
    """Bytes that the program has accepted and not yet written, while it waits."""
    if role.process is None or role.state not in _WAITS:
        return 0
    return role.process.buffered.get((channel, fd), 0)


def output_of(role: Role, model: Model) -> tuple[str, list[tuple[str, str]]]:
    """The heading of a role's output, and its lines with their streams.

    A role that another starts writes to the same standard output as its starter, and nothing
    tells which of them a line is from: so what is shown is named after the one that ipcviz started.
    """
    starter = model.starter(role)
    heading = "output" if starter is role else f"output of {starter.name}"
    return heading, list(starter.output)


def output_line(stream: str, text: str) -> Content:
    """A line that a program printed; what came on standard error is marked."""
    if stream == "stderr":
        return line(("! ", "$error"), foreign(text))
    return foreign(text)


def _doing(role: Role, model: Model) -> str:
    if role.exit is not None:
        return exit_text(role.exit)
    telling = role.process.telling if role.process is not None else None
    if role.state == "zombie":
        return "ended, nobody waited"
    if telling is None or role.process is None:
        return ""
    thread = "" if telling.tid in (None, role.process.pid) else f" in thread {telling.tid}"
    return call_text(model, telling) + thread


def _how_long(role: Role, timeline: Timeline, now: int, style: str) -> Content:
    lifeline = timeline.lifelines[role.name]
    if lifeline.at(now) is None or role.state in _MOVES:
        return Content("")
    return line((elapsed(max(0, now - lifeline.since(now))), f"bold {style}".strip()))
