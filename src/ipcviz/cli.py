"""The commands: each reads its words, calls one function and prints."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

import ipcviz
from ipcviz.errors import UsageError
from ipcviz.exits import DONE, FOUND, INTERRUPTED

# What only some commands need is imported by those: `why` has to be quick.
if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from ipcviz.diagnoses.fail_on import FailOn
    from ipcviz.log import Listener
    from ipcviz.scenarios.schema import Loaded
    from ipcviz.steps import Line

_HEADLESS_TIMEOUT = 60.0
_WIDE = 120
"""Columns that a look is told in at most."""
_PAGE = 100
"""Columns of text at most: longer lines are hard to read."""


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(ipcviz.__version__, prog_name="ipcviz", message="%(prog)s %(version)s")
@click.pass_context
def commands(context: click.Context) -> None:
    """Run programs that talk over named pipes and signals, and see what the kernel sees.

    Without a command: the menu of scenarios.
    """
    if context.invoked_subcommand is None:
        from ipcviz.launch import open_app

        context.exit(open_app())


def _scenarios(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """For the shell's completion: the built-in ids that begin so, and files."""
    from click.shell_completion import CompletionItem

    from ipcviz.scenarios import catalog

    ids = [file.parent.name for file in catalog.builtin()]
    found = [CompletionItem(name) for name in ids if name.startswith(incomplete)]
    return [*found, CompletionItem(incomplete, type="file")]


def _fail_on_names(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """For the shell's completion: what the last of the names may be."""
    from click.shell_completion import CompletionItem

    from ipcviz.diagnoses.fail_on import choices

    before, comma, begun = incomplete.rpartition(",")
    return [CompletionItem(before + comma + name) for name in choices() if name.startswith(begun)]


def _path(context: click.Context, parameter: click.Parameter, text: str | None) -> Path | None:
    from pathlib import Path

    return Path(text) if text is not None else None


def _fail_on(context: click.Context, parameter: click.Parameter, text: str | None) -> FailOn | None:
    if text is None:
        return None
    from ipcviz.diagnoses.fail_on import FailOn

    return FailOn(text)


class _WithRules(click.Command):
    """Its help ends with the rules that --fail-on knows."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List every rule."""
        from ipcviz.diagnoses.listing import rule_help

        with formatter.section("Rules"):
            formatter.write_dl(list(rule_help().items()))


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
def list_(as_json: bool) -> None:
    """The scenarios, a line each: id, title, chapter."""
    from ipcviz.scenarios import catalog, describe

    scenarios = [catalog.load(file).scenario for file in catalog.builtin()]
    click.echo(describe.listing_json(scenarios) if as_json else describe.listing(scenarios))


@commands.command()
@click.argument("scenario", shell_complete=_scenarios)
@click.option("--variant", metavar="NAME", help="Lay this variant over it.")
def show(scenario: str, variant: str | None) -> None:
    """What SCENARIO teaches, its findings, programs, pipes, keys, steps, variants, references."""
    from ipcviz.diagnoses.listing import rule_help
    from ipcviz.scenarios import catalog, describe

    found = catalog.load(scenario, variant, rule_help).scenario
    width = shutil.get_terminal_size((_PAGE, 24)).columns
    rules = rule_help() if found.raises or found.may_raise else {}
    click.echo(describe.show(found, rules, min(width, _PAGE)))


@commands.command()
@click.argument("targets", nargs=-1, metavar="[PID|FIFO|PATTERN]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--watch", is_flag=True, help="Look again each second, until ctrl+c.")
def why(targets: tuple[str, ...], as_json: bool, watch: bool) -> None:
    """Who is blocked, in which call, on whom, and what would release it: one look, in words, at
    processes that run already, whatever they are written in.

    Each argument is a pid, the path of a FIFO, or a part of a command line; without any: everything
    of yours that waits on a pipe, a FIFO, a child or a lock. Nobody is disturbed by the look.

    Exit codes: 0 done; 2 no process matches; 3 there is a finding of severity error.
    """
    from ipcviz.why.command import why as tell

    width = min(shutil.get_terminal_size((_PAGE, 24)).columns, _WIDE)
    raise click.exceptions.Exit(tell(targets, as_json, watch, width))


@commands.command(cls=_WithRules)
@click.argument("scenario", shell_complete=_scenarios)
@click.option("--variant", metavar="NAME", help="Lay this variant over the scenario.")
@click.option("--headless", is_flag=True, help="Play the steps without a screen and tell them.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: events as JSON Lines.")
@click.option(
    "--record",
    type=click.Path(),
    callback=_path,
    metavar="FILE",
    help="Write every event into FILE as JSON Lines; an older recording there is replaced, "
    "any other file is not. In the app a further run goes into FILE with -2, -3 ... in its name.",
)
@click.option("--script", metavar="'STEPS'", help="Steps to play instead, separated by ';'.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True, max=float("inf"), max_open=True),
    metavar="SECONDS",
    help="End the run after this long, with exit code 4 (headless: 60 unless said).",
)
@click.option(
    "--fail-on",
    metavar="RULE[,RULE]|error|warning",
    callback=_fail_on,
    shell_complete=_fail_on_names,
    help="Exit with code 3 if there was a finding of these rules, or as grave as this or graver, "
    "however briefly.",
)
def run(
    scenario: str,
    variant: str | None,
    headless: bool,
    as_json: bool,
    record: Path | None,
    script: str | None,
    timeout: float | None,
    fail_on: FailOn | None,
) -> None:
    """Go straight into SCENARIO: an id from `ipcviz list`, or a path to a TOML file.

    Exit codes: 0 done; 1 a role ended as it should not, or a step did not come true; 2 the
    command line or a file is wrong; 3 there was a finding that --fail-on names; 4 --timeout ran
    out; 130 interrupted. Of several, the first in this order: 130, 4, 1, 3.
    """
    if as_json and not headless:
        raise UsageError("--json goes with --headless.")
    from ipcviz.diagnoses.listing import rule_help
    from ipcviz.scenarios import catalog

    loaded = catalog.load(scenario, variant, rule_help)
    lines = _lines(script, loaded) if script is not None else None
    listeners = [fail_on.hear] if fail_on is not None else []
    if headless:
        code = _headless(loaded, lines, as_json, record, timeout or _HEADLESS_TIMEOUT, listeners)
    else:
        from ipcviz.launch import open_app

        code = open_app(loaded, lines, record, timeout, listeners)
    if code == DONE and fail_on is not None and fail_on.raised:
        code = FOUND
    raise click.exceptions.Exit(code)


def _lines(script: str, loaded: Loaded) -> tuple[Line, ...]:
    from ipcviz.diagnoses.listing import rule_help
    from ipcviz.scenarios import steps
    from ipcviz.steps import Line

    commands = steps.parse_script(script)
    for command in commands:
        steps.require_names(command, loaded.scenario, rule_help())
    return tuple(Line(command) for command in commands)


def _headless(
    loaded: Loaded,
    lines: Sequence[Line] | None,
    as_json: bool,
    record: Path | None,
    timeout: float,
    listeners: Sequence[Listener],
) -> int:
    from ipcviz.headless.lines import JsonLines
    from ipcviz.headless.output import Output
    from ipcviz.headless.play import complain, play
    from ipcviz.headless.story import Story
    from ipcviz.recording.recorder import Recorder
    from ipcviz.supervisor.guardian import Guardian

    output = Output(sys.stdout.buffer)
    colours = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    report = JsonLines(output) if as_json else Story(output, colours, sys.stdout.encoding)
    with contextlib.ExitStack() as at_end:
        if record is not None:
            recorder = at_end.enter_context(contextlib.closing(Recorder(record, complain)))
            listeners = [recorder.hear, *listeners]
        guardian = Guardian.start(terminal=False)
        at_end.callback(guardian.farewell)
        return play(loaded, guardian, report, output, listeners, lines, timeout)


def answer() -> int:
    """Carry out the command line. Answers the exit code; raises UsageError with a sentence."""
    try:
        code = commands.main(prog_name="ipcviz", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0
