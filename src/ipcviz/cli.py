"""The commands: each reads its words, calls one function and prints."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

import ipcviz
from ipcviz.errors import UsageError
from ipcviz.exits import INTERRUPTED
from ipcviz.launch import open_app
from ipcviz.scenarios import catalog, describe

if TYPE_CHECKING:
    from ipcviz.scenarios.schema import Loaded
    from ipcviz.steps import Line

_HEADLESS_TIMEOUT = 60.0
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
        context.exit(open_app())


def _scenarios(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """For the shell's completion: the built-in ids that begin so, and files."""
    ids = [file.parent.name for file in catalog.builtin()]
    found = [CompletionItem(name) for name in ids if name.startswith(incomplete)]
    return [*found, CompletionItem(incomplete, type="file")]


@commands.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array on standard output.")
def list_(as_json: bool) -> None:
    """The scenarios, a line each: id, title, chapter."""
    scenarios = [catalog.load(file).scenario for file in catalog.builtin()]
    click.echo(describe.listing_json(scenarios) if as_json else describe.listing(scenarios))


@commands.command()
@click.argument("scenario", shell_complete=_scenarios)
@click.option("--variant", metavar="NAME", help="Lay this variant over it.")
def show(scenario: str, variant: str | None) -> None:
    """What SCENARIO teaches, its programs, pipes, keys, steps, variants and references."""
    loaded = catalog.load(scenario, variant)
    width = shutil.get_terminal_size((_PAGE, 24)).columns
    click.echo(describe.show(loaded.scenario, min(width, _PAGE)))


@commands.command()
@click.argument("scenario", shell_complete=_scenarios)
@click.option("--variant", metavar="NAME", help="Lay this variant over the scenario.")
@click.option("--headless", is_flag=True, help="Play the steps without a screen and tell them.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: events as JSON Lines.")
@click.option(
    "--record",
    type=click.Path(path_type=Path),
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
def run(
    scenario: str,
    variant: str | None,
    headless: bool,
    as_json: bool,
    record: Path | None,
    script: str | None,
    timeout: float | None,
) -> None:
    """Go straight into SCENARIO: an id from `ipcviz list`, or a path to a TOML file.

    Exit codes: 0 done; 1 a role ended as it should not, or a step did not come true; 2 the
    command line or a file is wrong; 4 --timeout ran out; 130 interrupted.
    """
    if as_json and not headless:
        raise UsageError("--json goes with --headless.")
    loaded = catalog.load(scenario, variant)
    lines = _lines(script, loaded) if script is not None else None
    if headless:
        code = _headless(loaded, lines, as_json, record, timeout or _HEADLESS_TIMEOUT)
    else:
        code = open_app(loaded, lines, record, timeout)
    raise click.exceptions.Exit(code)


def _lines(script: str, loaded: Loaded) -> tuple[Line, ...]:
    from ipcviz.scenarios import steps
    from ipcviz.steps import Line

    commands = steps.parse_script(script)
    for command in commands:
        steps.require_names(command, loaded.scenario)
    return tuple(Line(command) for command in commands)


def _headless(
    loaded: Loaded,
    lines: Sequence[Line] | None,
    as_json: bool,
    record: Path | None,
    timeout: float,
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
    recorder = Recorder(record, complain) if record is not None else None
    guardian = Guardian.start(terminal=False)
    try:
        return play(loaded, guardian, report, output, recorder, lines, timeout)
    finally:
        guardian.farewell()


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
